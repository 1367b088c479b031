using Pipeline.Cli.Terminal;
using Pipeline.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pipeline.Cli.WatchRun;

/// <summary>A run on one screen. Fits 80 x 24; wider terminals get longer curves, higher ones more evaluations.</summary>
static class Dashboard
{
    const int LinesBesideRewardsAndEvaluations = 12;

    /// <summary>The run as it is now.</summary>
    /// <param name="run">Its history so far.</param>
    /// <param name="waiting">What it waits for, when it waits for long.</param>
    /// <param name="hint">What Ctrl-C does.</param>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="height">Lines of the terminal.</param>
    public static IRenderable Render(RunHistory run, string? waiting, string hint, int width, int height)
    {
        if (run.Settings is not { } settings)
            return Line($"run {Format.Short(run.RunId)}  [yellow]{Markup.Escape(waiting is null ? "..." : $"waiting for {waiting}")}[/]");

        var room = Math.Max(2, height - LinesBesideRewardsAndEvaluations - settings.Rewards.Count);
        return new Rows(
            Line($"[bold]{Markup.Escape(settings.Name)}[/]  run {Format.Short(run.RunId)}  {State(run)}"),
            Progress(run, settings, width), Gap,
            Curves(run, settings, width), Gap, Line(Speed(run)), Gap,
            new Padder(EvaluationTable.Render(run, settings, room), new Padding(1, 0, 0, 0)), Line(Foot(run, waiting, hint)));
    }

    static readonly IRenderable Gap = new Markup(" ");

    static IRenderable Line(string markup) => new Padder(new Markup(markup) { Overflow = Overflow.Ellipsis }, new Padding(1, 0, 0, 0));

    static string State(RunHistory run) => run.State switch
    {
        RunState.Completed => "[green]completed[/]",
        RunState.Failed => "[red]failed[/]",
        RunState.Stopped => "[yellow]stopped[/]",
        _ => "[blue]running[/]",
    };

    static IRenderable Progress(RunHistory run, RunSettings settings, int width)
    {
        var step = $"step {run.Steps.Count}/{settings.Steps}";
        var time = run.State != RunState.Running ? $"took {Format.Duration(run.LastEventAt - run.StartedAt)}"
            : run.Remaining() is { } remaining ? $"ETA {Format.Duration(remaining)}" : "ETA -:--";
        var bar = Math.Max(10, width - step.Length - time.Length - 7);
        var done = Math.Min(bar, bar * run.Steps.Count / settings.Steps);
        return Line($"{step}  [green]{new string('━', done)}[/][grey]{new string('━', bar - done)}[/]  {time}");
    }

    static IRenderable Curves(RunHistory run, RunSettings settings, int width)
    {
        var names = settings.Rewards.Keys.Order(StringComparer.Ordinal).ToArray();
        var curve = Math.Clamp(width - Math.Max(8, names.Max(name => name.Length)) - 30, 10, 100);
        var grid = new Grid().AddColumn(Column()).AddColumn(Column().RightAligned()).AddColumn(Column()).AddColumn(Column());
        Add("[bold]reward[/]", [.. run.Steps.Select(step => run.Reward(step.Made))], "trained on", "green");
        foreach (var name in names)
        {
            var weight = settings.Rewards[name];
            var note = weight == 0 ? "recorded" : $"weight {weight:0.###}";
            Add(Markup.Escape(name), [.. run.Steps.Select(step => step.Made.Mean(name))], note, "blue");
        }
        Add("KL", [.. run.Steps.Select(step => step.Made.Kl())], "nats/caption", "yellow");
        return new Padder(grid, new Padding(1, 0, 0, 0));

        void Add(string name, double[] values, string note, string colour) => grid.AddRow(
            name, Format.Score(values.Length > 0 ? values[^1] : null), $"[{colour}]{Sparkline.Of(values, curve).PadRight(curve)}[/]",
                $"[grey]{note}[/]");
    }

    static GridColumn Column() => new GridColumn().NoWrap().PadRight(2);

    static string Speed(RunHistory run)
    {
        if (run.Steps.Count == 0) return "[grey]no step yet[/]";
        var rate = run.CaptionsPerSecond() is { } perSecond ? $"{perSecond:0.0} captions/s   " : "";
        var stages = RunView.Stages.Select(stage => (Name: stage, Time: run.RecentTiming($"time/{stage}")))
            .Where(stage => stage.Time is not null)
            .Select(stage => $"{stage.Name} {Format.Seconds(stage.Time!.Value)}");
        return $"{rate}[grey]{string.Join(" · ", stages)}[/]";
    }

    static string Foot(RunHistory run, string? waiting, string hint)
    {
        if (waiting is not null) return $"[yellow]waiting for {Markup.Escape(waiting)}[/]";
        if (run.Suspicions.Count > 0) return $"[red]{Markup.Escape(SuspicionText.Short(run.Suspicions[^1]))}[/]";
        return run.State == RunState.Running ? $"[grey]{Markup.Escape(hint)}[/]" : " ";
    }
}
