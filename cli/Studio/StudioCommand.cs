using System.CommandLine;
using Pipeline.Cli.Local;
using Pipeline.Cli.Terminal;
using Spectre.Console;

namespace Pipeline.Cli.Studio;

/// <summary><c>studio</c></summary>
static class StudioCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var renew = new Option<bool>("--new-token") { Description = "Make a lasting token in place of the old one; everybody is signed out." };
        var command = new Command("studio", "Print a link that opens Studio in a browser; it signs in once, within ten minutes.") { renew };
        command.SetAction(async (parsed, cancellation) =>
        {
            var stack = LocalStack.Find();
            if (!LocalStack.IsElsewhere) await Busy.ShowAsync(console, "Starting what is not running", stack.UpAsync);
            await using var connection = stack.Open();
            Console.WriteLine(
                parsed.GetValue(renew)
                    ? await StudioLink.NewTokenAsync(connection, stack, cancellation)
                    : await StudioLink.NewAsync(connection, stack, cancellation));
        });
        return command;
    }
}
