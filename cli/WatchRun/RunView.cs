using Pipeline.CaptionMetrics;

namespace Pipeline.Cli.WatchRun;

/// <summary>Shows a run that goes on.</summary>
interface IRunView
{
    /// <summary>Shows the run as it is now.</summary>
    /// <param name="run">Its history so far.</param>
    /// <param name="waiting">What it waits for when nothing has happened for a while, else null.</param>
    void Show(RunHistory run, string? waiting);
}

/// <summary>What all views say in the same words.</summary>
static class RunView
{
    /// <summary>The stages of a step in their order; timings are named <c>time/{stage}</c>.</summary>
    public static readonly string[] Stages = ["sample", "render", "score", "update", "wait"];

    /// <summary>The metrics of an evaluation that tell the most, in their order; reports have all.</summary>
    public static readonly string[] Metrics = [Metric.Perplexity, Metric.CiderD, Metric.Bleu(4), Metric.RougeL, Metric.Distinct(2), Metric.Repetition];

    /// <summary>One sentence on how a run stands that does not go on.</summary>
    public static string StateLine(RunHistory run)
    {
        var (id, steps, time) = (Format.Short(run.RunId), run.Steps.Count, Format.Duration(run.LastEventAt - run.StartedAt));
        return run.State switch
        {
            RunState.Completed => $"run {id} completed: {Format.Count(steps, "step")} in {time}",
            RunState.Stopped => $"run {id} is stopped after step {steps}; go on with: {ThisCommand.Name} resume {id}",
            RunState.Failed => $"run {id} failed after step {steps}: {run.Failure}\nOnce that is mended: {ThisCommand.Name} resume {id}",
            _ => $"run {id} is running",
        };
    }
}
