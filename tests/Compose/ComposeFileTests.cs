using Pipeline.Testing;

namespace Pipeline.Compose;

/// <summary>What the compose files say; nothing is started.</summary>
public sealed class ComposeFileTests
{
    [Theory]
    [InlineData("docker-compose.yml")]
    [InlineData("docker-compose.yml", "docker-compose.gpu.yml")]
    public async Task Compose_accepts_the_files_without_a_word_of_warning(params string[] files)
    {
        Assert.SkipWhen(await BaseImages.FindAsync() is null, "There is no Docker on this machine.");
        var output = await Command.RunAsync("docker", ["compose", .. files.SelectMany(file => new[] { "-f", file }), "config"]);
        output.ShouldNotContain("warning", Case.Insensitive);
        output.ShouldNotContain("obsolete", Case.Insensitive);
    }

    [Fact]
    public void Nothing_is_used_that_compose_1_29_does_not_know_or_that_version_2_deprecates()
    {
        string[] keys = ["version:", "name:", "include:", "start_interval:", "gpus:", "develop:", "container_name:", "links:"];
        foreach (var line in new[] { "docker-compose.yml", "docker-compose.gpu.yml" }.SelectMany(file => File.ReadLines(Path.Combine(Repository.Root, file))))
            keys.ShouldAllBe(key => !line.TrimStart().StartsWith(key), line);
    }

    [Fact]
    public void The_image_build_restores_every_project_that_is_shipped()
    {
        var dockerfile = File.ReadAllText(Path.Combine(Repository.Root, "infra", "docker", "Dockerfile"));
        var projects = new[] { "contracts", "libraries", "services", "cli" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Repository.Root, path)).ToArray();
        projects.Length.ShouldBeGreaterThan(10);
        projects.ShouldAllBe(project => dockerfile.Contains($"COPY {project} {Path.GetDirectoryName(project)}/"));
    }
}
