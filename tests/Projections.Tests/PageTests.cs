using Pipeline.Contracts;

namespace Pipeline.Projections.Tests;

public sealed class PageTests(EventStore store) : IClassFixture<EventStore>
{
    readonly ProjectionStore _projections = new(store.Database) { Window = 4 };

    [Fact]
    public async Task Pictures_come_in_pages_with_their_captions_counted_and_the_newest_one()
    {
        var run = await GrownAsync(steps: 2);
        var measured = await run.EvaluateAsync();
        var newest = await run.StepAsync();

        var all = await _projections.CaptionedPicturesAsync(run.Id, cancellation: Cancel);
        all.Select(picture => picture.Picture).ShouldBe(MadeUpRun.Pictures.Order(StringComparer.Ordinal));
        all.Single(picture => picture.Picture == MadeUpRun.Pictures[0]).ShouldSatisfyAllConditions(
            picture => picture.Captions.ShouldBe(3), picture => picture.Newest.CaptionId.ShouldBe(newest[0]));
        all.Single(picture => picture.Picture == MadeUpRun.Pictures[2]).Newest.CaptionId.ShouldBe(measured);

        var first = await _projections.CaptionedPicturesAsync(run.Id, "", 2, Cancel);
        var rest = await _projections.CaptionedPicturesAsync(run.Id, first[^1].Picture, 2, Cancel);
        first.Concat(rest).Select(picture => picture.Picture).ShouldBe(all.Select(picture => picture.Picture));
    }

    [Fact]
    public async Task Pictures_of_all_runs_have_the_captions_of_all_runs()
    {
        await GrownAsync(steps: 1);
        var run = await GrownAsync(steps: 1);

        var picture = (await _projections.CaptionedPicturesAsync(null, cancellation: Cancel)).Single(one => one.Picture == MadeUpRun.Pictures[0]);

        picture.Captions.ShouldBe((long)(await store.AskAsync(
            $"select count(*) from mt_events where type = 'caption_sampled.v1' and data ->> 'pictureSha256' = '{MadeUpRun.Pictures[0]}'"))!);
        picture.Newest.RunId.ShouldBe(run.Id);
    }

    [Fact]
    public async Task A_pictures_captions_come_in_pages_with_version_scores_and_drawings()
    {
        var run = await GrownAsync(steps: 3);
        await GrownAsync(steps: 1);

        var first = await _projections.PictureCaptionsAsync(MadeUpRun.Pictures[0], run.Id, limit: 2, cancellation: Cancel);
        var rest = await _projections.PictureCaptionsAsync(MadeUpRun.Pictures[0], run.Id, first[^1].Number, 2, Cancel);

        first.Concat(rest).Select(caption => caption.Policy.Version).ShouldBe([0, 1, 2]);
        first[0].ShouldSatisfyAllConditions(
            caption => (caption.Purpose, caption.Mode, caption.Split).ShouldBe(("training", DecodingMode.Sample, null)),
            caption => caption.Scores.Select(score => score.Reward).ShouldBe(["blip", "oracle"]), caption => caption.Drawings.Count.ShouldBe(1));
        (await _projections.PictureCaptionsAsync(MadeUpRun.Pictures[0], limit: 1000, cancellation: Cancel)).Count.ShouldBeGreaterThanOrEqualTo(4);
    }

    [Fact]
    public async Task An_evaluations_captions_are_those_of_its_split_and_mode()
    {
        var run = await GrownAsync(steps: 1);
        var measured = await run.EvaluateAsync();

        var captions = await _projections.EvaluationCaptionsAsync(run.Id, 1, "heldout", DecodingMode.Greedy, Cancel);

        captions.Single().Caption.ShouldSatisfyAllConditions(
            caption => caption.CaptionId.ShouldBe(measured), caption => (caption.Split, caption.Mode).ShouldBe(("heldout", DecodingMode.Greedy)));
        captions.Single().Reward.ShouldBe(1.5);
        (await _projections.EvaluationCaptionsAsync(run.Id, 1, "heldout", DecodingMode.Sample, Cancel)).ShouldBeEmpty();
        (await _projections.EvaluationCaptionsAsync(run.Id, 0, "heldout", DecodingMode.Greedy, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_branch_learned_from_another_runs_captions_by_its_replays_scores()
    {
        var run = new MadeUpRun(store);
        await run.StartAsync();
        var captions = await run.StepAsync();
        var replay = await run.ReplayAsync("other");
        var branch = new MadeUpRun(store, branch: new(run.Id, new(0, run.Settings.Captioner), 0, replay));
        await branch.StartAsync();
        await branch.LearnAsync(captions);

        (await _projections.LearnedByAsync(run.Id, 1, Cancel)).Select(learned => (learned.Caption.CaptionId, learned.Reward))
            .ShouldBe([(captions[0], 1.5), (captions[1], 1.0)]);
        (await _projections.LearnedByAsync(branch.Id, 1, Cancel)).Select(learned => (learned.Caption.CaptionId, learned.Reward))
            .ShouldBe([(captions[0], 0.125), (captions[1], 0.125)]);
        var origin = (await _projections.OriginsAsync(Cancel)).Single(origin => origin.RunId == branch.Id);
        (origin.Name, origin.Parent, origin.ParentVersion, origin.ReplayId).ShouldBe(("made up", run.Id, 0, replay));
    }

    [Fact]
    public async Task A_run_that_took_another_ones_checkpoint_has_it_as_its_origin()
    {
        var run = await GrownAsync(steps: 2);
        var child = new MadeUpRun(store, run.Policy.Checkpoint);
        await child.StartAsync();

        var origin = (await _projections.OriginsAsync(Cancel)).Single(origin => origin.RunId == child.Id);

        (origin.Parent, origin.ParentVersion, origin.ReplayId).ShouldBe((run.Id, 2, null));
        (await _projections.OriginsAsync(Cancel)).ShouldNotContain(other => other.RunId == run.Id);
    }

    [Fact]
    public async Task A_runs_versions_come_in_pages()
    {
        var run = await GrownAsync(steps: 3);

        (await _projections.PoliciesOfAsync(run.Id, from: 0, limit: 2, Cancel)).Select(policy => policy.Version).ShouldBe([0, 1]);
        (await _projections.PoliciesOfAsync(run.Id, from: 2, limit: 2, Cancel)).Select(policy => policy.Version).ShouldBe([2, 3]);
    }

    [Fact]
    public async Task Replays_say_how_far_they_are_the_newest_first()
    {
        var run = await GrownAsync(steps: 2);
        var (done, open) = (await run.ReplayAsync("one"), await run.ReplayAsync("two", isCompleted: false));

        var replays = await _projections.ReplaysAsync(limit: 2, cancellation: Cancel);

        replays.Select(replay => (replay.ReplayId, replay.Reward, replay.Scored, replay.Captions)).ShouldBe([(open, "two", 1, 4), (done, "one", 4, 4)]);
        replays.Select(replay => replay.Completed is not null).ShouldBe([false, true]);
        replays.ShouldAllBe(replay => replay.RunId == run.Id && replay.Against == "blip" && replay.Model == "model of the replay");
        (await _projections.ReplaysAsync(skip: 1, limit: 1, Cancel)).Single().ReplayId.ShouldBe(done);
    }

    [Fact]
    public async Task Each_service_has_its_last_event_and_events_are_counted()
    {
        var run = await GrownAsync(steps: 1);
        await _projections.CatchUpAsync(Cancel);
        await store.AppendAsync(Streams.Run(run.Id), new RunStopped(run.Id, 1));

        var last = (await _projections.LastEventsAsync(Cancel)).Single();

        (last.Service, last.Type, last.Stream).ShouldBe(("tests", "run_stopped.v1", Streams.Run(run.Id)));
        last.Events.ShouldBe((long)(await store.AskAsync("select count(*) from mt_events"))!);
    }

    async Task<MadeUpRun> GrownAsync(int steps)
    {
        var run = new MadeUpRun(store);
        await run.StartAsync();
        for (var step = 0; step < steps; step++) await run.StepAsync();
        return run;
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
