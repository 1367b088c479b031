using Pipeline.Cli.Runs;
using Pipeline.Cli.Terminal;
using Pipeline.Contracts;

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
    public static readonly string[] Stages = ["sample", "score", "update", "wait"];

    /// <summary>How captions were decoded, for people.</summary>
    public static string Mode(DecodingMode mode) => mode switch
    {
        DecodingMode.Sample => "sampled",
        DecodingMode.Greedy => "greedy",
        _ => "beam",
    };

    /// <summary>One sentence on how a run stands that does not go on.</summary>
    public static string StateLine(RunHistory run) => run.State switch
    {
        RunState.Completed => $"run {Format.Short(run.RunId)} completed: {Format.Count(run.Steps.Count, "step")} in {Format.Duration(run.LastEventAt - run.StartedAt)}",
        RunState.Stopped => $"run {Format.Short(run.RunId)} is stopped after step {run.Steps.Count}; go on with: ./pipeline resume {Format.Short(run.RunId)}",
        RunState.Failed => $"run {Format.Short(run.RunId)} failed after step {run.Steps.Count}: {run.Failure}\nOnce that is mended: ./pipeline resume {Format.Short(run.RunId)}",
        _ => $"run {Format.Short(run.RunId)} is running",
    };
}
