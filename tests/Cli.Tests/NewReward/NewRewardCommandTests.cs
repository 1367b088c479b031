using System.CommandLine;
using System.Diagnostics;
using Pipeline.Cli.NewReward;
using Pipeline.Cli.Terminal;

namespace Pipeline.Cli.Tests.NewReward;

/// <summary>What <c>new-reward</c> makes, in a folder outside of the repository.</summary>
public sealed class NewRewardCommandTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData]
    [InlineData("--pictures")]
    public async Task What_it_makes_builds_without_a_warning_and_its_tests_pass(params string[] options)
    {
        await MakeAsync(options);

        await GoodAsync("build", "MyOwn.Tests", "-c", "Release", "-warnaserror", "-nologo", "-v", "quiet");
        var said = await GoodAsync(folder["it/MyOwn.Tests/bin/Release/net10.0/MyOwn.Tests.dll"]);

        said.ShouldContain("Failed: 0");
        said.ShouldNotContain("Total: 0");
        File.Exists(folder["it/MyOwn/bin/Release/net10.0/MyOwn.dll"]).ShouldBeTrue();
    }

    [Fact]
    public async Task Nothing_that_has_to_be_filled_in_is_left_and_the_containers_files_name_the_reward_and_the_checkout()
    {
        await MakeAsync();

        var files = Directory.GetFiles(folder["it"], "*", SearchOption.AllDirectories);
        files.Length.ShouldBe(13);
        foreach (var file in files) (file + await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ShouldNotMatch("__[A-Z]+__", file);
        var compose = await File.ReadAllTextAsync(folder["it/compose.my-own.yml"], TestContext.Current.CancellationToken);
        compose.ShouldContain("  reward-my-own:");
        Path.GetFullPath(compose.Split("context: \"")[1].Split('"')[0], Pipeline.Testing.Repository.Root).ShouldBe(folder["it"]);
        (await File.ReadAllTextAsync(folder["it/Dockerfile"], TestContext.Current.CancellationToken)).ShouldContain("dotnet\", \"MyOwn.dll\"");
    }

    [Fact]
    public async Task A_folder_that_is_there_is_left_as_it_is()
    {
        folder.Write("it/mine.txt", "mine");

        var error = await Should.ThrowAsync<CliException>(() => MakeAsync());

        error.Message.ShouldContain("is there already");
        Directory.GetFileSystemEntries(folder["it"]).ShouldBe([folder["it/mine.txt"]]);
    }

    Task<int> MakeAsync(params string[] options) => NewRewardCommand.Create().Parse(["my-own", "--out", folder["it"], .. options])
        .InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);

    async Task<string> GoodAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder["it"], RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false" },
        };
        using var process = Process.Start(start)!;
        var said = string.Concat(await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()));
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, said);
        return said;
    }
}
