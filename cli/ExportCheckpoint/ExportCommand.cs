using System.CommandLine;
using Pipeline.Cli.Local;
using Pipeline.Cli.Runs;
using Pipeline.Cli.Terminal;

namespace Pipeline.Cli.ExportCheckpoint;

/// <summary><c>export RUN[@VERSION] --out FOLDER</c></summary>
static class ExportCommand
{
    public static Command Create()
    {
        var policy = new Argument<string>("RUN[@VERSION]")
        {
            Description = "A run, or one of its versions; the newest when none is named.",
        };
        var output = new Option<DirectoryInfo>("--out") { Description = "A new or empty folder.", Required = true };
        var command = new Command("export", "Write a checkpoint as a folder in Hugging Face layout.") { policy, output };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var connection = LocalStack.Find().Open();
            var (runId, found) = await PolicyName.FindAsync(parsed.GetValue(policy)!, new RunCatalogue(connection), cancellation);
            var folder = parsed.GetValue(output)!.FullName;
            await connection.Checkpoints.ExportAsync(found.Checkpoint, folder, cancellation);
            Console.WriteLine($"Version {found.Version} of run {Format.Short(runId)} is in {ShortPath.Of(folder)}");
        });
        return command;
    }
}
