using System.CommandLine;
using Pipeline.Cli.Local;
using Pipeline.Cli.Runs;

namespace Pipeline.Cli.ArchiveRun;

/// <summary><c>archive RUN [--drop-blobs] [--dry-run]</c></summary>
static class ArchiveCommand
{
    public static Command Create()
    {
        var run = RunArgument.Required();
        var dropBlobs = new Option<bool>("--drop-blobs")
        {
            Description = "Delete its drawings, and the weights of all versions but the last and the best.",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be done, and do nothing." };
        var command = new Command("archive", "Put a run away: archive its events and, on request, drop what takes room.") { run, dropBlobs, dryRun };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var connection = LocalStack.Find().Open();
            var runId = await new RunCatalogue(connection).FindAsync(parsed.GetValue(run)!, cancellation);
            var archive = new RunArchive(connection);
            var (history, plan) = await archive.PlanAsync(runId, parsed.GetValue(dropBlobs), cancellation);
            var isDry = parsed.GetValue(dryRun);
            var deleted = isDry ? 0 : await archive.ArchiveAsync(history, plan, cancellation);

            Console.WriteLine($"{(isDry ? "Would archive" : "Archived")} run {runId}: {Format.Count(plan.Streams.Count, "stream")}.");
            if (!parsed.GetValue(dropBlobs))
            {
                Console.WriteLine("All its blobs are kept.");
                return;
            }
            Console.WriteLine($"Weights kept: version {string.Join(" and ", plan.Kept)} (the best and the last), and version 0.");
            Console.WriteLine(
                $"{(isDry ? "Would delete" : "Dropped")} {Format.Count(plan.Weights.Count, "file")} of other versions' weights and optimisers and "
                + $"{Format.Count(plan.Drawings.Count, "drawing")}{(isDry ? "" : $", of which {deleted} were there and are deleted")}; "
                + $"{plan.Shared} more stay because others use them too.");
        });
        return command;
    }
}
