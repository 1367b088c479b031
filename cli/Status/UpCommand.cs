using System.CommandLine;
using Pipeline.Cli.Local;
using Pipeline.Cli.Terminal;
using Spectre.Console;

namespace Pipeline.Cli.Status;

/// <summary><c>up</c></summary>
static class UpCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("up", "Start what is not running of the local stack and the services, and leave it running.");
        command.SetAction(async (_, cancellation) =>
        {
            var stack = LocalStack.Find();
            if (LocalStack.IsElsewhere) throw new CliException("Pipeline__Postgres names another stack; unset it to use the local one");
            await Busy.ShowAsync(console, "Starting PostgreSQL, RabbitMQ and the services", report => stack.UpAsync(report));
            return await StatusCommand.ShowAsync(console, stack, withQueues: false, cancellation);
        });
        return command;
    }
}
