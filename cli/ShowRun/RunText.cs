using Pipeline.Projections.Runs;

namespace Pipeline.Cli.ShowRun;

/// <summary>A run at a moment, as a person reads it.</summary>
static class RunText
{
    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(RunSummary run)
    {
        yield return $"Run {run.RunId} ({run.Settings.Name}), at its event {run.Events} of {At(run.LastEvent)}";
        yield return $"  state       {run.Phase.ToString().ToLowerInvariant()}{(run.Archived is { } archived ? $", archived {At(archived)}" : "")}";
        if (run.Failure is not null) yield return $"  failure     {run.Failure}";
        yield return $"  version     {run.Policy.Version} of {run.Settings.Steps}, learned from {run.Captions} captions";
        yield return $"  weights     {run.Weights ?? "those of version 0, which was made elsewhere"}";
        yield return $"  checkpoint  {run.Policy.Checkpoint}";
        if (run.Policy.Version > 0)
        {
            var means = string.Join(", ", run.Scores.OrderBy(score => score.Key, StringComparer.Ordinal).Select(score => $"{score.Key} {Format.Score(score.Value)}"));
            yield return $"  last step   reward {Format.Score(run.Reward)} ({means}), KL {Format.Score(run.Kl)}";
        }
        foreach (var open in run.Open)
            yield return $"  open        {open.What}: {Format.Count(open.Captions, "caption")} by version {open.Policy}, since {At(open.Opened)}";
        foreach (var done in run.Evaluations)
        {
            var means = string.Join(", ", done.Means.OrderBy(mean => mean.Key, StringComparer.Ordinal).Select(mean => $"{mean.Key} {Format.Score(mean.Value)}"));
            yield return $"  evaluated   version {done.Version}, {done.Split}, {done.Mode.ToString().ToLowerInvariant()}: {means}";
        }
        foreach (var suspected in run.Suspicions ?? []) yield return $"  warning     {SuspicionText.Sentence(suspected)}";
    }

    static string At(DateTimeOffset at) => at.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.fff");
}
