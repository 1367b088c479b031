using System.CommandLine;
using Pipeline.Cli.Local;
using Pipeline.Cli.Runs;
using Pipeline.Cli.Terminal;
using Pipeline.Cli.WatchRun;
using Pipeline.Contracts;
using Spectre.Console;

namespace Pipeline.Cli.ControlRun;

/// <summary><c>resume RUN</c></summary>
static class ResumeCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var run = RunArgument.Required();
        var detach = new Option<bool>("--detach") { Description = "Return at once instead of watching." };
        var command = new Command("resume", "Go on with a run that was stopped or failed, where it was.") { run, detach };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var connection = LocalStack.Find().Open();
            var runs = new RunCatalogue(connection);
            var history = await runs.LoadAsync(await runs.FindAsync(parsed.GetValue(run)!, cancellation), cancellation);
            if (history.State is RunState.Completed)
                throw new CliException($"run {Format.Short(history.RunId)} is completed: there is nothing to go on with");

            if (history.Archived is not null) throw new CliException($"run {Format.Short(history.RunId)} is archived: nothing is appended to it any more");

            await connection.SendAsync(new ResumeRun(history.RunId), cancellation);
            if (!parsed.GetValue(detach))
                return await WatchCommand.WatchToEndAsync(console, connection, history.RunId, history.Version, cancellation);
            Console.WriteLine($"Run {Format.Short(history.RunId)} goes on. Watch it with: {ThisCommand.Name} watch {Format.Short(history.RunId)}");
            return 0;
        });
        return command;
    }
}
