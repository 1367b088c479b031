using System.CommandLine;
using Pipeline.Cli.Local;
using Pipeline.Cli.Runs;
using Spectre.Console;

namespace Pipeline.Cli.WatchRun;

/// <summary><c>watch [RUN]</c></summary>
static class WatchCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var run = RunArgument.Optional();
        var command = new Command("watch", "Watch a run until it ends; Ctrl-C stops watching and leaves the run alone.") { run };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var connection = LocalStack.Find().Open();
            var runId = await new RunCatalogue(connection).FindAsync(parsed.GetValue(run)!, cancellation);
            return await WatchToEndAsync(console, connection, runId, 0, cancellation);
        });
        return command;
    }

    /// <summary>Watches, and says what comes next.</summary>
    /// <returns>The exit code: 0 unless the run failed.</returns>
    public static async Task<int> WatchToEndAsync(
        IAnsiConsole console, Connection connection, Guid runId, long seen, CancellationToken cancellation)
    {
        try
        {
            const string hint = "Ctrl-C stops watching; the run goes on";
            var history = await Watching.WatchAsync(console, connection, runId, seen, hint, cancellation);
            if (console.Profile.Out.IsTerminal) Console.WriteLine(RunView.StateLine(history));
            return history.State == RunState.Failed ? 1 : 0;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Console.WriteLine("The run goes on.");
            Console.WriteLine($"  Come back:  {ThisCommand.Name} watch {Format.Short(runId)}");
            Console.WriteLine($"  Pause it:   {ThisCommand.Name} stop {Format.Short(runId)}");
            return 0;
        }
    }
}
