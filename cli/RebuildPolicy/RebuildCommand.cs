using System.CommandLine;
using Pipeline.Captioner;
using Pipeline.Cli.Local;
using Pipeline.Cli.Runs;
using Pipeline.Cli.Terminal;
using Spectre.Console;

namespace Pipeline.Cli.RebuildPolicy;

/// <summary><c>rebuild RUN[@VERSION] --out FOLDER</c></summary>
static class RebuildCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var policy = new Argument<string>("RUN[@VERSION]")
        {
            Description = "A run, or one of its versions; the newest when none is named.",
        };
        var output = new Option<DirectoryInfo>("--out") { Description = "A new or empty folder for the checkpoint.", Required = true };
        var threads = new Option<int?>("--threads")
        {
            Description = "Threads of one Torch operation, as the Learner had them (default: Pipeline__TorchThreads, else 1).",
        };
        var command = new Command("rebuild", "Make a policy again from version 0 and the log alone, and compare every version.")
        {
            policy, output, threads,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = parsed.GetValue(output)!.FullName;
            if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
                throw new CliException($"{ShortPath.Of(folder)} is not empty: a checkpoint is only written into a new or empty folder");
            await using var connection = LocalStack.Find().Open();
            var (runId, found) = await PolicyName.FindAsync(parsed.GetValue(policy)!, new RunCatalogue(connection), cancellation);
            if (found.Version == 0) throw new CliException("version 0 is where a run begins: there is nothing to rebuild");

            TorchRuntime.Use(parsed.GetValue(threads) ?? connection.Options.TorchThreads, connection.Options.TorchDevice);
            var log = await LearningLog.LoadAsync(connection, runId, cancellation);
            var versions = new List<RebuiltVersion>();
            await console.Progress().HideCompleted(true).AutoClear(true).StartAsync(async progress =>
            {
                var bar = progress.AddTask($"run {Format.Short(runId)}, learning again", maxValue: found.Version);
                await new Rebuilder(connection, log).RebuildAsync(found.Version, folder, made =>
                {
                    versions.Add(made);
                    bar.Increment(1);
                }, cancellation);
            });
            return Tell(versions, folder);
        });
        return command;
    }

    static int Tell(IReadOnlyList<RebuiltVersion> versions, string folder)
    {
        var last = versions[^1];
        Console.WriteLine($"Version {last.Version} is in {ShortPath.Of(folder)}, model.safetensors {last.Weights}");
        if (versions.FirstOrDefault(version => !version.IsEqual) is not { } first)
        {
            Console.WriteLine($"{Format.Count(versions.Count, "version")} made again; weights and optimiser of each are the recorded ones, bit for bit.");
            return 0;
        }
        Console.WriteLine(
            $"{versions.Count(version => version.IsEqual)} of {Format.Count(versions.Count, "version")} are the recorded ones; version {first.Version} is the "
            + $"first that differs: {first.Weights[..12]} instead of {first.RecordedWeights[..12]}.");
        if (last.Difference is { } difference)
            Console.WriteLine(
                $"In version {last.Version}, {difference.Values:N0} of {difference.All:N0} weights differ, by {difference.Largest:0.0e+0} at most ({difference.Tensor}).");
        Console.WriteLine("Another machine, another build of Torch or another number of threads (--threads) gives other last bits.");
        return 1;
    }
}
