using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Projections.Runs;
using Pipeline.Seeding;

namespace Pipeline.Projections.Tests;

/// <summary>Pages are looked at and measured with made-up runs: these must be in the store as real ones are.</summary>
public sealed class SeededRunTests(EventStore store) : IClassFixture<EventStore>
{
    static readonly SeedOptions Small = new() { Steps = 12, CaptionsPerStep = 4, Pictures = 6, EvaluateEvery = 5, ReplayedCaptions = 20, Drawn = true };

    [Fact]
    public async Task Its_events_are_read_like_appended_ones_and_others_are_appended_after_them()
    {
        var seeded = await SeededRun.WriteAsync(store.Database, store.Blobs, Small, Cancel);
        await store.AppendAsync(Streams.Run(Guid.NewGuid()), new RunStarted(Guid.NewGuid(), new MadeUpRun(store).Settings));

        foreach (var stream in (string[])[Streams.Run(seeded.RunId), Streams.Replay(seeded.ReplayId), Streams.Run(seeded.BranchId)])
        {
            var events = await store.Events.LoadStreamAsync(stream, cancellation: Cancel);
            events.Select(@event => @event.Version).ShouldBe(Enumerable.Range(1, events.Count).Select(version => (long)version));
            events.ShouldAllBe(@event => (string)@event.Headers![EventAppender.DigestHeader] == CanonicalJson.Sha256(@event.Data));
        }
    }

    [Fact]
    public async Task Every_projection_has_it_and_it_can_be_written_again()
    {
        var projections = new ProjectionStore(store.Database) { Window = 100 };
        var seeded = await SeededRun.WriteAsync(store.Database, store.Blobs, Small, Cancel);
        var again = await SeededRun.WriteAsync(store.Database, store.Blobs, Small, Cancel);
        again.RunId.ShouldNotBe(seeded.RunId);

        var run = (await projections.RunAsync(seeded.RunId, Cancel)).ShouldNotBeNull();
        (run.Phase, run.Policy.Version, run.Captions, run.Open.Count, run.Evaluations.Count).ShouldBe((RunPhase.Completed, 12, 48, 0, 8));
        var figures = await projections.FiguresAsync(seeded.RunId, cancellation: Cancel);
        figures.Steps.Length.ShouldBe(12);
        figures.Values.ShouldAllBe(column => column.All(double.IsFinite));
        figures.Evaluations.Count.ShouldBe(8);
        (await projections.CaptionedPicturesAsync(seeded.RunId, cancellation: Cancel)).Count.ShouldBe(6 + 16);
        (await projections.LearnedByAsync(seeded.RunId, 4, Cancel)).ShouldAllBe(caption => caption.Reward != null && caption.Caption.Drawings.Count == 1);
        (await projections.EvaluationCaptionsAsync(seeded.RunId, 12, "heldout", DecodingMode.Sample, Cancel)).Count.ShouldBe(16);
        (await projections.LearnedByAsync(seeded.BranchId, 5, Cancel)).ShouldAllBe(caption => caption.Reward != null);
        (await projections.OriginsAsync(Cancel)).ShouldContain(origin => origin.RunId == seeded.BranchId && origin.Parent == seeded.RunId);
        (await projections.ReplaysAsync(cancellation: Cancel)).ShouldContain(replay => replay.ReplayId == seeded.ReplayId && replay.Scored == 20);
        foreach (var picture in seeded.Train.Concat(seeded.HeldOut)) (await store.Blobs.ExistsAsync(picture, Cancel)).ShouldBeTrue();
        (await projections.RebuildAsync(Cancel)).ShouldAllBe(projection => projection.IsAsBefore);
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
