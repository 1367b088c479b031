using Pipeline.Cli.Terminal;
using Pipeline.Contracts;
using Pipeline.Projections.Runs;

namespace Pipeline.Cli.ShowRun;

/// <summary>A run at a moment of its history: the fold of the events until then.</summary>
static class Moment
{
    /// <summary>The run as it was.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="events">Its stream.</param>
    /// <param name="at">Then; null for now.</param>
    /// <param name="version">When this version was made; null for any.</param>
    /// <exception cref="CliException">It had not begun, or has not made that version.</exception>
    public static RunSummary Of(Guid runId, IReadOnlyList<(object Data, DateTimeOffset At)> events, DateTimeOffset? at, int? version)
    {
        RunSummary? summary = null;
        foreach (var (data, time) in events)
        {
            if (time > at) break;
            summary = data is RunStarted started ? RunSummary.Of(started, time) : summary?.After(data, time);
            if (version is not null && summary?.Policy.Version == version) return summary;
        }
        if (summary is null) throw new CliException($"run {Format.Short(runId)} had not begun: it began at {events[0].At.ToLocalTime():yyyy-MM-dd HH:mm:ss}");
        return version is null
            ? summary
            : throw new CliException($"run {Format.Short(runId)} has no version {version}: its newest is {summary.Policy.Version}");
    }
}
