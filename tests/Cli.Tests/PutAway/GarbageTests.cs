using Pipeline.Cli.CollectGarbage;
using Pipeline.Cli.Terminal;
using Pipeline.Contracts;

namespace Pipeline.Cli.Tests.PutAway;

public sealed class GarbageTests
{
    static DateTimeOffset ADayAgo => DateTimeOffset.UtcNow.AddDays(-1);

    [Fact]
    public async Task Only_what_no_event_names_and_is_old_enough_goes()
    {
        await using var store = await PutAwayStore.StartAsync();
        await store.RunAsync("one");
        var set = await store.PutAsync("{\"name\":\"named\",\"pictures\":[]}");
        await store.AppendAsync(Streams.PictureSets, new PictureSetNamed("named", set));
        // Somebody asked for the scores of a caption, which no policy wrote.
        var asked = Guid.NewGuid();
        await store.AppendAsync(Streams.Caption(asked), new CaptionSampled(
            asked, asked, 0, CaptionPurpose.Probe, await store.PutAsync("a picture to ask about"), 0, 0, new PolicyRef(0, new string('0', 64)),
            new Decoding(DecodingMode.Greedy), "a text", [1], [-1f]));
        string[] garbage = [await store.PutAsync("nobody's"), await store.CheckpointAsync("of a run that was never started")];
        var unnamedWeights = await store.FileAsync(garbage[1], "model.safetensors");
        store.Age();
        var young = await store.PutAsync("put just now");
        var before = await store.Connection.Blobs.ListAsync(Cancel).ToListAsync(Cancel);
        var collector = new GarbageCollector(store.Connection);

        var found = await collector.FindAsync(ADayAgo, Cancel);

        found.Young.Select(blob => blob.Sha256).ShouldBe([young]);
        found.Old.Select(blob => blob.Sha256).Order().ShouldBe(
            [.. garbage.Concat([unnamedWeights, await store.FileAsync(garbage[1], "trainer/optimiser.safetensors")]).Order()]);
        (await store.Connection.Blobs.ListAsync(Cancel).ToListAsync(Cancel)).Count.ShouldBe(before.Count, "looking deletes nothing");

        var deleted = await collector.DeleteAsync(found.Old, ADayAgo, Cancel);
        deleted.ShouldBe(found.Old, ignoreOrder: true);
        (await store.Connection.Blobs.ListAsync(Cancel).ToListAsync(Cancel)).Order().ShouldBe(before.Except(deleted.Select(blob => blob.Sha256)).Order());
        (await collector.FindAsync(ADayAgo, Cancel)).Old.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_events_of_archived_runs_name_stays()
    {
        await using var store = await PutAwayStore.StartAsync();
        var run = await store.RunAsync("one");
        var before = await store.Connection.Blobs.ListAsync(Cancel).ToListAsync(Cancel);
        var archive = new Cli.ArchiveRun.RunArchive(store.Connection);
        var (history, plan) = await archive.PlanAsync(run.Id, dropBlobs: false, Cancel);
        await archive.ArchiveAsync(history, plan, Cancel);

        var found = await new GarbageCollector(store.Connection).FindAsync(ADayAgo, Cancel);

        found.Old.ShouldBeEmpty();
        (await store.Connection.Blobs.ListAsync(Cancel).ToListAsync(Cancel)).Count.ShouldBe(before.Count);
    }

    [Fact]
    public async Task What_is_put_again_after_it_was_found_stays()
    {
        await using var store = await PutAwayStore.StartAsync();
        await store.RunAsync("one");
        var blob = await store.PutAsync("nobody's yet");
        store.Age();
        var collector = new GarbageCollector(store.Connection);
        var found = await collector.FindAsync(ADayAgo, Cancel);
        found.Old.Select(old => old.Sha256).ShouldBe([blob]);

        await store.PutAsync("nobody's yet");

        (await collector.DeleteAsync(found.Old, ADayAgo, Cancel)).ShouldBeEmpty();
        (await store.HasAsync(blob)).ShouldBeTrue();
    }

    [Fact]
    public async Task Nothing_is_deleted_when_a_manifest_is_damaged_or_gone_or_when_the_events_are_of_another_store()
    {
        await using var store = await PutAwayStore.StartAsync();
        await store.PutAsync("a blob");
        store.Age();
        var collector = new GarbageCollector(store.Connection);
        (await Should.ThrowAsync<CliException>(() => collector.FindAsync(ADayAgo, Cancel))).Message.ShouldContain("do not belong together");

        var run = await store.RunAsync("one");
        store.Damage(run.Set);
        (await Should.ThrowAsync<CliException>(() => collector.FindAsync(ADayAgo, Cancel))).Message.ShouldContain(run.Set);
        await store.Connection.Blobs.DeleteAsync(run.Set, DateTimeOffset.UtcNow.AddDays(1), Cancel);
        (await Should.ThrowAsync<CliException>(() => collector.FindAsync(ADayAgo, Cancel))).Message.ShouldContain("trainPictures");
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
