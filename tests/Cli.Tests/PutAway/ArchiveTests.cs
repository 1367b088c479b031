using Pipeline.Cli.ArchiveRun;
using Pipeline.Cli.CollectGarbage;
using Pipeline.Cli.Terminal;
using Pipeline.Contracts;

namespace Pipeline.Cli.Tests.PutAway;

public sealed class ArchiveTests
{
    [Fact]
    public async Task A_run_under_way_is_refused()
    {
        await using var store = await PutAwayStore.StartAsync();
        var run = await store.RunAsync("busy", isCompleted: false);

        (await Should.ThrowAsync<CliException>(() => new RunArchive(store.Connection).PlanAsync(run.Id, false, Cancel))).Message.ShouldContain("is under way");
    }

    [Fact]
    public async Task Drawings_are_not_dropped_while_another_run_may_be_using_them()
    {
        await using var store = await PutAwayStore.StartAsync();
        var run = await store.RunAsync("one");
        await store.RunAsync("busy", isCompleted: false);
        var archive = new RunArchive(store.Connection);

        (await Should.ThrowAsync<CliException>(() => archive.PlanAsync(run.Id, dropBlobs: true, Cancel))).Message.ShouldContain("is under way");
        (await archive.PlanAsync(run.Id, dropBlobs: false, Cancel)).Plan.Dropped.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_archived_run_is_still_read_and_nothing_of_it_is_deleted_unless_asked()
    {
        await using var store = await PutAwayStore.StartAsync();
        var run = await store.RunAsync("one");
        var before = await store.Connection.Blobs.ListAsync(Cancel).ToListAsync(Cancel);

        (await ArchiveAsync(store, run.Id, dropBlobs: false)).ShouldBe(0);

        (await store.Connection.Blobs.ListAsync(Cancel).ToListAsync(Cancel)).Order().ShouldBe(before.Order());
        await using (var count = store.Connection.Database.CreateCommand("select count(*) from mt_streams where not is_archived and id not like 'mt_%'"))
            (await count.ExecuteScalarAsync(Cancel)).ShouldBe(0L);
        var runs = new RunCatalogue(store.Connection);
        var history = await runs.LoadAsync(await runs.FindAsync("last", Cancel), Cancel);
        (history.State, history.Steps.Count).ShouldBe((RunState.Completed, 3));
        history.Archived!.Kept.ShouldBe([2, 3]);
        (await runs.SummariesAsync(Cancel)).Single().Archived.ShouldNotBeNull();
        (await store.Connection.Events.LoadAsync<CaptionSampled>(
            history.Steps.SelectMany(step => step.Made.CaptionIds).Select(Streams.Caption), Cancel)).Count.ShouldBe(3);

        (await Should.ThrowAsync<CliException>(() => ArchiveAsync(store, run.Id, dropBlobs: true))).Message.ShouldContain("is archived with all its blobs");
        (await ArchiveAsync(store, run.Id, dropBlobs: false)).ShouldBe(0, "to ask again changes nothing");
    }

    [Fact]
    public async Task What_is_dropped_is_recorded_and_the_best_the_last_and_what_others_use_stay()
    {
        await using var store = await PutAwayStore.StartAsync();
        var run = await store.RunAsync("one");
        var other = await store.RunAsync("other");
        // Somebody began a run from version 1, so that its weights are needed there.
        var child = Guid.NewGuid();
        var before = await store.Connection.Blobs.ListAsync(Cancel).ToListAsync(Cancel);

        var (_, planned) = await new RunArchive(store.Connection).PlanAsync(run.Id, dropBlobs: true, Cancel);
        (await store.Connection.Blobs.ListAsync(Cancel).ToListAsync(Cancel)).Order().ShouldBe(before.Order(), "a plan deletes nothing");
        await ArchiveAsync(store, run.Id, dropBlobs: true);

        string[] gone =
        [
            .. run.Drawings, await store.FileAsync(run.Checkpoints[0], "model.safetensors"),
            await store.FileAsync(run.Checkpoints[0], "trainer/optimiser.safetensors"),
        ];
        (await store.Connection.Blobs.ListAsync(Cancel).ToListAsync(Cancel)).Order().ShouldBe(before.Except(gone).Order());
        planned.Dropped.Order().ShouldBe(gone.Order());
        (await new RunCatalogue(store.Connection).LoadAsync(run.Id, Cancel)).Archived!.Dropped.Order().ShouldBe(gone.Order());
        (await store.HasAsync(await store.PutAsync("shared drawing"))).ShouldBeTrue();

        // What was dropped and is put again by somebody else is not deleted by asking again, once it is named.
        await store.PutAsync("drawing one 0");
        await store.AppendAsync(Streams.Run(child), new RunStarted(child, (await new RunCatalogue(store.Connection).LoadAsync(other.Id, Cancel)).Settings!), new RunStopped(child, 0));
        await store.AppendAsync(Streams.Caption(child), new ImagesRendered(
            child, child, 0, new string('d', 64), new DrawingRecipe("m", "ddim", 8, 1, "", 8, 8), [new RenderedImage(0, 1, run.Drawings[0])]));
        store.Age();
        await ArchiveAsync(store, run.Id, dropBlobs: true);
        (await store.HasAsync(run.Drawings[0])).ShouldBeTrue();
        (await new GarbageCollector(store.Connection).FindAsync(DateTimeOffset.UtcNow.AddDays(-1), Cancel)).Old.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_version_that_another_run_began_from_keeps_its_weights()
    {
        await using var store = await PutAwayStore.StartAsync();
        var run = await store.RunAsync("one");
        var settings = (await new RunCatalogue(store.Connection).LoadAsync(run.Id, Cancel)).Settings!;
        var child = Guid.NewGuid();
        await store.AppendAsync(
            Streams.Run(child), new RunStarted(child, settings with { Captioner = run.Checkpoints[0] }), new RunStopped(child, 0));

        await ArchiveAsync(store, run.Id, dropBlobs: true);

        (await store.HasAsync(await store.FileAsync(run.Checkpoints[0], "model.safetensors"))).ShouldBeTrue();
    }

    static async Task<int> ArchiveAsync(PutAwayStore store, Guid runId, bool dropBlobs)
    {
        var archive = new RunArchive(store.Connection);
        var (run, plan) = await archive.PlanAsync(runId, dropBlobs, Cancel);
        return await archive.ArchiveAsync(run, plan, Cancel);
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
