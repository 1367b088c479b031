using System.CommandLine;
using Pipeline.Cli.AwaitScores;
using Pipeline.Cli.Local;
using Pipeline.Cli.Reports;
using Pipeline.Cli.Runs;
using Pipeline.Cli.StartRun;
using Pipeline.Replays;
using Spectre.Console;

namespace Pipeline.Cli.Replay;

/// <summary><c>replay RUN --reward NAME</c></summary>
sealed class ReplayCommand(IAnsiConsole console)
{
    readonly Argument<string> _run = RunArgument.Required();
    readonly Option<string> _reward = new("--reward") { Description = "The reward that scores again.", Required = true };
    readonly Option<string?> _against = new("--against") { Description = "The recorded reward to compare with (default: the same, else the one trained on)." };

    readonly Option<string?> _model = new("--model")
    {
        Description = "Score with another model than the running service has: a folder with one (BLIP, or an ONNX image encoder), or a "
            + "JSON file with the settings of a reward.",
    };

    readonly Option<string?> _steps = new("--steps") { Description = "Only these steps, counted from 0: A..B, A.., ..B or one." };
    readonly Option<int?> _policy = new("--policy") { Description = "Only captions that this version wrote." };
    readonly Option<int?> _sample = new("--sample") { Description = "Only so many captions, drawn at random." };
    readonly Option<long> _seed = new("--seed") { Description = "Decides which are drawn." };
    readonly Option<bool> _redraw = new("--redraw") { Description = "Draw the captions again instead of looking at the recorded pictures." };
    readonly DrawingOptions _drawing = new();
    readonly Option<int?> _batch = new("--batch") { Description = "Captions per message (default: as the run had them)." };
    readonly Option<bool> _new = new("--new") { Description = "Begin anew, also where an unfinished replay of this kind could go on." };
    readonly Option<FileInfo?> _json = new("--json") { Description = "Write the report to a file." };
    readonly Option<FileInfo?> _csv = new("--csv") { Description = "Write every caption's scores and ranks to a file." };
    readonly Option<int> _timeout = TimeoutOption.Create();

    public static Command Create(IAnsiConsole console)
    {
        var replay = new ReplayCommand(console);
        var command = new Command("replay", "Score a run's recorded captions again, with whichever reward; its own history stays as it is.")
        {
            replay._run, replay._reward, replay._against, replay._model, replay._steps, replay._policy, replay._sample, replay._seed,
            replay._redraw, replay._batch, replay._new, replay._json, replay._csv, replay._timeout,
        };
        replay._drawing.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(replay._sample) < 1) result.AddError("--sample must be at least 1");
            if (result.GetValue(replay._batch) < 1) result.AddError("--batch must be at least 1");
        });
        command.SetAction(replay.InvokeAsync);
        return command;
    }

    async Task InvokeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var stack = LocalStack.Find();
        if (!LocalStack.IsElsewhere) await stack.UpAsync(Console.Error.WriteLine);
        await using var connection = stack.Open();
        var runId = await new RunCatalogue(connection).FindAsync(parsed.GetValue(_run)!, cancellation);
        await using var own = parsed.GetValue(_model) is { } model
            ? await OwnReward.StartAsync(connection, stack, parsed.GetValue(_reward)!, model, cancellation)
            : null;
        var prepared = await PreparedReplay.BeginAsync(connection, Order(parsed, runId, own?.Name), cancellation);
        var journal = prepared.Journal;
        await ReplayBar.ShowAsync(
            console, $"Replay {Format.Short(journal.Replay.ReplayId)}",
            bar => prepared.RunAsync(TimeSpan.FromSeconds(parsed.GetValue(_timeout)), bar, cancellation));

        var report = await ReplayReport.LoadAsync(connection.Events, journal, cancellation);
        ReplayTable.Write(console, report);
        if (parsed.GetValue(_json) is { } json) await JsonFile.WriteAsync(json.FullName, report, cancellation);
        if (parsed.GetValue(_csv) is { } csv) await ReplayCsv.WriteAsync(csv.FullName, report, cancellation);
    }

    ReplayOrder Order(ParseResult parsed, Guid runId, string? own)
    {
        var (first, last) = StepRange.Parse(parsed.GetValue(_steps));
        var reward = parsed.GetValue(_reward)!;
        return new(
            runId, own ?? reward, parsed.GetValue(_against), first, last, parsed.GetValue(_policy), parsed.GetValue(_sample), parsed.GetValue(_seed),
            parsed.GetValue(_redraw), _drawing.Of(parsed), parsed.GetValue(_batch), parsed.GetValue(_new), own is null ? null : reward);
    }
}
