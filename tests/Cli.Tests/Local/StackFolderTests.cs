using System.Diagnostics;
using System.Runtime.Versioning;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests.Local;

[SupportedOSPlatform("linux")]
public sealed class StackFolderTests : IDisposable
{
    const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Started by root, PostgreSQL runs as its own user and reaches its data through the stack's folder by the folder's group. Every command
    /// starts the stack once more; that once closed the folder, and PostgreSQL died at its next checkpoint, minutes later.
    /// </summary>
    [Theory]
    [InlineData(Owner | UnixFileMode.GroupExecute, Owner | UnixFileMode.GroupExecute)]
    [InlineData(Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.OtherExecute, Owner)]
    public async Task Starting_the_stack_again_leaves_a_running_database_its_way_in_and_lets_nobody_else_in(
        UnixFileMode before, UnixFileMode after)
    {
        File.SetUnixFileMode(_folder.Path, before);
        var scripts = Path.Combine(Repository.Root, "infra", "local");
        var start = new ProcessStartInfo("bash", ["-c", "here=$1; . \"$1/common.sh\"; prepare_folders", "bash", scripts])
        {
            Environment = { ["PIPELINE_LOCAL"] = _folder.Path },
        };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.ExitCode.ShouldBe(0);
        File.GetUnixFileMode(_folder.Path).ShouldBe(after);
        File.GetUnixFileMode(_folder["secrets"]).ShouldBe(Owner);
    }
}
