using System.CommandLine;
using System.Globalization;
using Pipeline.Cli.Local;
using Pipeline.Cli.Runs;
using Pipeline.Contracts;

namespace Pipeline.Cli.ShowRun;

/// <summary><c>show RUN [--at TIME | --step N]</c></summary>
static class ShowCommand
{
    public static Command Create()
    {
        var run = RunArgument.Required();
        var at = new Option<DateTimeOffset?>("--at")
        {
            Description = "The run as it was at this time, such as 2025-01-02T03:04:05; without an offset it is local time.",
            CustomParser = result => DateTimeOffset.TryParse(
                result.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time)
                ? time
                : Bad(result, $"--at '{result.Tokens[0].Value}' is no time: write it as 2025-01-02T03:04:05"),
        };
        var step = new Option<int?>("--step") { Description = "The run as it was when this version was made; 0 for its beginning." };
        var command = new Command("show", "Show a run as it is, or as it was at any time.") { run, at, step };
        command.Validators.Add(result =>
        {
            if (result.GetResult(at) is not null && result.GetResult(step) is not null) result.AddError("--at and --step name two moments: give one");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var connection = LocalStack.Find().Open();
            var runId = await new RunCatalogue(connection).FindAsync(parsed.GetValue(run)!, cancellation);
            var events = (await connection.Events.LoadStreamAsync(Streams.Run(runId), 0, cancellation))
                .Select(@event => (@event.Data, @event.Timestamp)).ToArray();
            foreach (var line in RunText.Lines(Moment.Of(runId, events, parsed.GetValue(at), parsed.GetValue(step)))) Console.WriteLine(line);
        });
        return command;
    }

    static DateTimeOffset? Bad(System.CommandLine.Parsing.ArgumentResult result, string problem)
    {
        result.AddError(problem);
        return null;
    }
}
