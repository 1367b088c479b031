using Pipeline.Testing;

namespace Pipeline.Architecture.Tests;

/// <summary>Files that a person reads at one sitting.</summary>
public sealed class FileTests
{
    const int Long = 250;

    static readonly (string Path, int Lines)[] Files =
        [.. Sources.Files("*.cs").Select(path => (path, File.ReadLines(Path.Combine(Repository.Root, path)).Count()))];

    [Theory]
    [InlineData("contracts")]
    [InlineData("libraries")]
    [InlineData("services")]
    public void Half_of_the_files_have_fewer_than_70_lines(string floor)
    {
        var lines = Files.Where(file => file.Path.StartsWith($"{floor}/", StringComparison.Ordinal))
            .Select(file => file.Lines).Order().ToArray();
        lines[lines.Length / 2].ShouldBeLessThan(70, $"the median of {lines.Length} files");
    }

    [Fact]
    public void Few_files_are_long()
    {
        var longs = Files.Where(file => file.Lines > Long).OrderByDescending(file => file.Lines).ToArray();
        foreach (var (path, lines) in longs) TestContext.Current.SendDiagnosticMessage("{0} has {1} lines", path, lines);

        longs.Length.ShouldBeLessThanOrEqualTo(Files.Length / 50, string.Join(", ", longs));
    }
}
