using Pipeline.Contracts;

namespace Pipeline.Cli.ArchiveRun;

/// <summary>
/// A run's best version: of those that were evaluated, the one with the highest mean of what the run learns from, over held-out pictures decoded
/// greedily; when none was evaluated, the one whose captions had the highest mean while it was learning.
/// </summary>
static class BestVersion
{
    public static int Of(RunHistory run)
    {
        var evaluated = run.Evaluations.Where(done => done is { Split: "heldout", Mode: DecodingMode.Greedy, Version: > 0 }).ToArray();
        if (evaluated.Length > 0) return evaluated.MaxBy(done => Known(run.Reward(done)))!.Version;
        return run.Steps.Count == 0 ? 0 : Writer(run, run.Steps.MaxBy(step => Known(run.Reward(step.Made)))!.Made.Version - 1);
    }

    /// <summary>Who wrote a step's captions.</summary>
    static int Writer(RunHistory run, int step) => Math.Max(0, step - run.Settings!.MaxStaleness);

    static double Known(double reward) => double.IsNaN(reward) ? double.NegativeInfinity : reward;
}
