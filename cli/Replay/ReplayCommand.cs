using System.CommandLine;
using Pipeline.Cli.AwaitScores;
using Pipeline.Cli.DiscoverRewards;
using Pipeline.Cli.Local;
using Pipeline.Cli.Reports;
using Pipeline.Cli.Runs;
using Pipeline.Cli.StartRun;
using Pipeline.Cli.Terminal;
using Pipeline.Contracts;
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

    readonly Option<string?> _steps = new("--steps") { Description = "Only these steps: A..B, A.. or one." };
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
        await using var connection = Connection.Open(stack);
        var runId = await new RunCatalogue(connection).FindAsync(parsed.GetValue(_run)!, cancellation);
        var run = await RecordedRun.LoadAsync(connection.Events, runId, cancellation);
        await using var own = parsed.GetValue(_model) is { } model
            ? await OwnReward.StartAsync(connection, stack, parsed.GetValue(_reward)!, model, cancellation)
            : null;

        var reward = own?.Name ?? parsed.GetValue(_reward)!;
        var offered = await new RewardDiscovery(connection.Options).FindAsync([reward], cancellation);
        offered.Require([reward]);
        var isDrawn = offered.Pictures.Contains(reward);
        var drawing = Drawing(parsed, run, reward, offered);
        var request = new ReplayRequest(
            runId, reward, parsed.GetValue(_against) is { } against ? Recorded(run, against) : run.Counterpart(parsed.GetValue(_reward)!),
            Selection(parsed, run), drawing);
        var plan = ReplayPlan.Of(run, request.Selection, parsed.GetValue(_batch), isDrawn);
        var journal = await ReplayJournal.OpenAsync(connection.Events, request, plan, parsed.GetValue(_new), cancellation);
        var bus = await connection.BusAsync();
        await using (var inbox = await ReplayInbox.OpenAsync(bus, journal.Replay.ReplayId, drawing is not null, cancellation))
        {
            var parked = await ParkedMessages.WatchAsync(
                connection.Options.RabbitMq, journal.Replay.ReplayId, offered.Queue(reward), drawing is not null, cancellation);
            var replayer = new Replayer(
                journal, plan, new ReplayMessages(connection.Events, journal.Replay, run, isDrawn), bus, inbox,
                new ReplayOptions { Patience = TimeSpan.FromSeconds(parsed.GetValue(_timeout)) }, parked.WhyNotAsync);
            await ReplayBar.ShowAsync(console, $"Replay {Format.Short(journal.Replay.ReplayId)}", bar => replayer.RunAsync(bar, cancellation));
        }

        var report = await ReplayReport.LoadAsync(connection.Events, journal, cancellation);
        ReplayTable.Write(console, report);
        if (parsed.GetValue(_json) is { } json) await JsonFile.WriteAsync(json.FullName, report, cancellation);
        if (parsed.GetValue(_csv) is { } csv) await ReplayCsv.WriteAsync(csv.FullName, report, cancellation);
    }

    /// <remarks>The last step is the run's own, also where none is named: a run that has learned on since is asked something else.</remarks>
    ReplaySelection Selection(ParseResult parsed, RecordedRun run)
    {
        var (first, last) = StepRange.Parse(parsed.GetValue(_steps));
        var sample = parsed.GetValue(_sample);
        return new(first, Math.Min(last, run.Steps.Count > 0 ? run.Steps[^1].Step : last), parsed.GetValue(_policy), sample, sample is null ? 0 : parsed.GetValue(_seed));
    }

    /// <summary>How captions are drawn anew; null when they are not.</summary>
    DrawingSettings? Drawing(ParseResult parsed, RecordedRun run, string reward, OfferedRewards offered)
    {
        var isDrawn = offered.Pictures.Contains(reward);
        if (!parsed.GetValue(_redraw))
        {
            if (isDrawn && run.Settings.Drawing is null)
                throw new CliException($"reward '{reward}' looks at pictures, and the run drew none: --redraw draws its captions");
            if (_drawing.Of(parsed) != new DrawingRequest()) throw new CliException("how to draw says what --redraw does: give both");
            return null;
        }
        if (!isDrawn) throw new CliException($"reward '{reward}' looks at no pictures: there is nothing to draw again");
        var before = run.Settings.Drawing ?? new DrawingSettings { Rewards = [reward] };
        var drawing = _drawing.Of(parsed).Resolve([reward], before with { Rewards = [reward], StandardErrorBound = 0 }, offered)!;
        if (drawing.StandardErrorBound > 0) throw new CliException("--standard-error: a replay draws every caption --samples times");
        return drawing;
    }

    static string Recorded(RecordedRun run, string reward) => run.Settings.Rewards.ContainsKey(reward)
        ? reward
        : throw new CliException($"the run did not record a reward '{reward}'; it did {string.Join(", ", run.Settings.Rewards.Keys)}");
}
