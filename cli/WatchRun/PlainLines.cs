using Pipeline.Contracts;

namespace Pipeline.Cli.WatchRun;

/// <summary>A run as lines of text, for files and pipes: one per step, evaluation, and change of state. Never says a thing twice.</summary>
sealed class PlainLines(TextWriter output) : IRunView
{
    int _steps;
    int _evaluations;
    int _suspicions;
    string? _waiting;
    RunState? _state;

    public void Show(RunHistory run, string? waiting)
    {
        if (run.Settings is null) return;
        if (_state is null) output.WriteLine($"run {run.RunId:D}  {run.Settings.Name}, {Format.Count(run.Settings.Steps, "step")}");

        // An evaluation belongs after the step that made its version.
        while (_steps < run.Steps.Count || _evaluations < run.Evaluations.Count)
        {
            var isEvaluationNext = _evaluations < run.Evaluations.Count
                && (_steps == run.Steps.Count || run.Evaluations[_evaluations].Version < run.Steps[_steps].Made.Version);
            output.WriteLine(isEvaluationNext ? Line(run, run.Evaluations[_evaluations++]) : Line(run, run.Steps[_steps++]));
        }
        while (_suspicions < run.Suspicions.Count) output.WriteLine($"warning: {SuspicionText.Sentence(run.Suspicions[_suspicions++])}");

        if (waiting is not null && waiting != _waiting) output.WriteLine($"waiting: {waiting}");
        _waiting = waiting;
        if (run.State != _state && run.State != RunState.Running) output.WriteLine(RunView.StateLine(run));
        _state = run.State;
        output.Flush();
    }

    static string Line(RunHistory run, StepTaken step)
    {
        var parts = new List<string> { $"step {step.Made.Version}/{run.Settings!.Steps}", $"reward {Format.Score(run.Reward(step.Made))}" };
        parts.AddRange(run.Settings.Rewards.Keys.Order().Select(name => $"{name} {Format.Score(step.Made.Mean(name))}"));
        parts.Add($"kl {Format.Score(step.Made.Kl())}");
        parts.AddRange(RunView.Stages.Where(stage => step.Made.Timings.ContainsKey($"time/{stage}"))
            .Select(stage => $"{stage} {Format.Seconds(step.Made.Timings[$"time/{stage}"])}"));
        return string.Join("  ", parts);
    }

    static string Line(RunHistory run, Evaluated done)
    {
        var parts = new List<string>
        {
            $"{done.Split} v{done.Version} {Format.Mode(done.Mode)}", $"reward {Format.Score(run.Reward(done))}",
        };
        foreach (var (name, summary) in done.Rewards.OrderBy(reward => reward.Key))
        {
            parts.Add($"{name} {Format.Score(summary.Mean)}");
            parts.AddRange(summary.Details.OrderBy(detail => detail.Key).Select(detail => $"{detail.Key} {Format.Score(detail.Value)}"));
        }
        if (done.Metrics is { } metrics)
            parts.AddRange(RunView.Metrics.Where(metrics.ContainsKey).Select(name => $"{name} {Format.Score(metrics[name])}"));
        return string.Join("  ", parts);
    }
}
