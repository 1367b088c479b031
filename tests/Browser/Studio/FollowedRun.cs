using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Browser;

/// <summary>A run under way that takes a step whenever a test wants it: the first steps of the store's made-up run, under another id.</summary>
sealed class FollowedRun
{
    readonly EventAppender _events;
    readonly IReadOnlyList<PolicyUpdated> _steps;
    int _taken;

    FollowedRun(EventAppender events, IReadOnlyList<PolicyUpdated> steps) => (_events, _steps) = (events, steps);

    /// <summary>The run.</summary>
    public Guid RunId { get; } = Guid.NewGuid();

    /// <summary>Begins it.</summary>
    public static async Task<FollowedRun> StartAsync(SeededStore store)
    {
        var history = await store.Events.LoadStreamAsync(Streams.Run(store.Run.RunId));
        var run = new FollowedRun(store.Events, [.. history.Select(@event => @event.Data).OfType<PolicyUpdated>().Take(2000)]);
        var started = history.Select(@event => @event.Data).OfType<RunStarted>().First();
        await run.AppendAsync("run-started", "", started with { RunId = run.RunId });
        return run;
    }

    /// <summary>Takes the next of at most 2,000 steps.</summary>
    public Task TakeStepAsync() => AppendAsync("policy-updated", _taken + 1, _steps[_taken++] with { RunId = RunId });

    Task AppendAsync(string kind, object discriminator, object data) => _events.AppendOnceAsync(
        [new(Streams.Run(RunId), Ids.Event(Streams.Run(RunId), kind, discriminator), data)], new(RunId, null));
}
