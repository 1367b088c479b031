using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Learning.Steps;

namespace Pipeline.Learner.DriveRuns;

/// <summary>
/// A run's stream and its state. Every append expects the version that the state was folded from: if another process has written
/// meanwhile the append fails and the history stays one line.
/// </summary>
public sealed class RunJournal
{
    readonly EventAppender events;
    readonly Guid runId;

    RunJournal(EventAppender events, Guid runId, RunState state) => (this.events, this.runId, State) = (events, runId, state);

    /// <summary>The stream, folded.</summary>
    public RunState State { get; }

    /// <summary>Reads a run's stream.</summary>
    public static async Task<RunJournal> LoadAsync(EventAppender events, Guid runId, CancellationToken cancel)
    {
        var history = await events.LoadStreamAsync(Streams.Run(runId), 0, cancel);
        return new RunJournal(events, runId, RunState.From(history.Select(@event => @event.Data)));
    }

    /// <summary>Appends an event at the expected version and folds in what the stream then holds.</summary>
    /// <param name="kind">The event's kind, part of its id.</param>
    /// <param name="discriminator">What tells it from its siblings of that kind.</param>
    /// <param name="event">The event.</param>
    /// <param name="cancel">Cancels the append.</param>
    /// <exception cref="StreamVersionException">Somebody else has written: read the journal again.</exception>
    public async Task AppendAsync(string kind, object discriminator, object @event, CancellationToken cancel)
    {
        var stream = Streams.Run(runId);
        var stored = await events.AppendExpectedAsync(
            stream, State.StreamVersion, [(Ids.Event(stream, kind, discriminator), @event)], new MessageMetadata(runId, null), cancel);
        // Appended before a crash, or by another Learner, it may differ in its timings: the next link is to what is stored.
        State.Apply(stored[0]);
    }

    /// <summary>Pauses the run in its stream, see <see cref="RunStopped"/>.</summary>
    public async Task StopAsync(CancellationToken cancel)
    {
        var stopped = new RunStopped(runId, State.Version, Link.To(State.LastLink), await RootAsync(cancel));
        await AppendAsync("run-stopped", State.StreamVersion, stopped, cancel);
    }

    /// <summary>The root over the events that the state was folded from, see <see cref="StreamRoot"/>.</summary>
    public async Task<string> RootAsync(CancellationToken cancel)
    {
        var history = await events.LoadStreamAsync(Streams.Run(runId), 0, cancel);
        return StreamRoot.Of(history.Take((int)State.StreamVersion).Select(@event => @event.Data));
    }
}
