using System.CommandLine;
using Pipeline.Cli.Local;
using Pipeline.Cli.Runs;
using Pipeline.Cli.Terminal;
using Pipeline.Contracts;

namespace Pipeline.Cli.ControlRun;

/// <summary><c>stop RUN</c></summary>
static class StopCommand
{
    public static Command Create()
    {
        var run = RunArgument.Required();
        var command = new Command("stop", "Pause a run; what is under way stays open and is taken up again by resume.") { run };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var connection = LocalStack.Find().Open();
            var runs = new RunCatalogue(connection);
            var history = await runs.LoadAsync(await runs.FindAsync(parsed.GetValue(run)!, cancellation), cancellation);
            if (history.State != RunState.Running)
                throw new CliException(
                    $"run {Format.Short(history.RunId)} is not running: it is {history.State.ToString().ToLowerInvariant()}");

            await connection.SendAsync(new StopRun(history.RunId), cancellation);
            Console.WriteLine($"Stopping run {Format.Short(history.RunId)}. Go on with: {ThisCommand.Name} resume {Format.Short(history.RunId)}");
        });
        return command;
    }
}
