using System.CommandLine;
using System.Globalization;
using Pipeline.Cli.Local;
using Spectre.Console;

namespace Pipeline.Cli.Projections;

/// <summary><c>projections rebuild</c></summary>
static class ProjectionsCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var rebuild = new Command("rebuild", "Throw the projections away and make them again from the events; say whether they are as before.");
        rebuild.SetAction(async (_, cancellation) =>
        {
            await using var connection = LocalStack.Find().Open();
            var rebuilt = await CatchUpBars.ShowAsync(console, connection, projections => projections.RebuildAsync(cancellation));
            foreach (var projection in rebuilt)
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{projection.Name,-9} {projection.Rows,9:N0} rows from {projection.Events:N0} events: {(projection.IsAsBefore ? "as before" : "they were not what the events say; now they are")}"));
        });
        return new Command("projections", "The tables that answer questions across runs.") { rebuild };
    }
}
