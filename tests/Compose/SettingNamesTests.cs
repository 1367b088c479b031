using System.Text.RegularExpressions;
using Pipeline.Hosting;
using Pipeline.Testing;

namespace Pipeline.Compose;

public sealed partial class SettingNamesTests
{
    /// <summary>A setting that is misspelt in a file of infrastructure is silently none.</summary>
    [Fact]
    public void Every_setting_that_infrastructure_names_exists()
    {
        string[] files =
        [
            "docker-compose.yml", "docker-compose.gpu.yml",
            .. new[] { "infra/docker", "infra/k8s" }.SelectMany(folder => Directory
                .EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories)),
        ];
        var named = files.SelectMany(file => Names.Matches(File.ReadAllText(Path.Combine(Repository.Root, file)))).Select(match => match.Groups[1].Value)
            .Distinct().ToArray();
        named.Length.ShouldBeGreaterThan(8);
        named.Except(typeof(PipelineOptions).GetProperties().Select(property => property.Name)).ShouldBeEmpty();
    }

    [GeneratedRegex("Pipeline__([A-Za-z0-9]+)")]
    private static partial Regex Names { get; }
}
