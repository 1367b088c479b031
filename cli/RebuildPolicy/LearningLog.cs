using Pipeline.Cli.Terminal;
using Pipeline.Contracts;
using Pipeline.Learning.Steps;
using Pipeline.Replays;

namespace Pipeline.Cli.RebuildPolicy;

/// <summary>What a run learned from, step by step, as the store holds it.</summary>
sealed class LearningLog
{
    readonly Connection _connection;
    readonly Dictionary<int, StepOpened> _opened;
    readonly Dictionary<int, PolicyUpdated> _made;
    readonly BranchSource? _branch;

    LearningLog(Connection connection, RunStarted started, IEnumerable<object> events, BranchSource? branch)
    {
        (_connection, Started, _branch) = (connection, started, branch);
        var all = events.ToArray();
        _opened = all.OfType<StepOpened>().ToDictionary(step => step.Step);
        _made = all.OfType<PolicyUpdated>().ToDictionary(made => made.Version);
    }

    /// <summary>The run's beginning.</summary>
    public RunStarted Started { get; }

    /// <summary>Reads a run's stream.</summary>
    /// <exception cref="CliException">There is no such run.</exception>
    public static async Task<LearningLog> LoadAsync(Connection connection, Guid runId, CancellationToken cancellation)
    {
        var events = (await connection.Events.LoadStreamAsync(Streams.Run(runId), 0, cancellation)).Select(@event => @event.Data).ToArray();
        var started = events.OfType<RunStarted>().FirstOrDefault() ?? throw new CliException($"there is no run {runId}");
        var branch = started.Settings.Branch is { } from
            ? await BranchSource.LoadAsync(connection.Events, from, events.OfType<PolicyUpdated>().Count(), cancellation)
            : null;
        return new LearningLog(connection, started, events, branch);
    }

    /// <summary>A version as it was recorded.</summary>
    public PolicyUpdated Made(int version) => _made[version];

    /// <summary>What step <paramref name="step"/> learned from, read back as the Learner did.</summary>
    /// <exception cref="CliException">It is not what the version's root says.</exception>
    public async Task<StepRecord> StepAsync(int step, CancellationToken cancellation)
    {
        var opened = _opened[step];
        var record = _branch is null ? await RecordAsync(opened, cancellation) : await _branch.RecordAsync(opened, cancellation);
        var recorded = Made(step + 1).BatchRoot;
        return record.BatchRoot == recorded
            ? record
            : throw new CliException(
                $"step {step}: the events in the store are not those that version {step + 1} learned from (root {record.BatchRoot[..12]} "
                + $"instead of {recorded[..12]}); {ThisCommand.Name} audit says which");
    }

    async Task<StepRecord> RecordAsync(StepOpened opened, CancellationToken cancellation)
    {
        var streams = opened.Captions.Select(caption => Streams.Caption(caption.CaptionId)).ToArray();
        var events = _connection.Events;
        return StepRecord.From(
            opened, Started.Settings, await events.LoadAsync<CaptionSampled>(streams, cancellation),
            Started.Settings.Drawing is null ? [] : await events.LoadAsync<ImagesRendered>(streams, cancellation),
            await events.LoadAsync<CaptionScored>(streams, cancellation));
    }
}
