using Pipeline.Contracts;
using Pipeline.Projections.Pictures;
using Pipeline.Projections.Runs;

namespace Pipeline.Projections.Tests;

public sealed class AnswerTests(EventStore store) : IClassFixture<EventStore>
{
    readonly ProjectionStore _projections = new(store.Database);

    [Fact]
    public async Task A_caption_tells_all_that_happened_to_it_and_who_learned_from_it()
    {
        var run = await StartedAsync();
        var captions = await run.StepAsync();

        var caption = (await _projections.CaptionAsync(captions[1], Cancel)).ShouldNotBeNull();

        (caption.RunId, caption.Step, caption.Purpose, caption.Picture, caption.Seed).ShouldBe((run.Id, 0, "training", MadeUpRun.Pictures[1], 7));
        (caption.Policy, caption.Text).ShouldBe((new PolicyRef(0, run.Settings.Captioner), "caption of step 0"));
        caption.Drawings.Single().Images.Single().Sha256.ShouldBe(MadeUpRun.Hash($"drawn {captions[1]}"));
        caption.Scores.Select(score => (score.Reward, score.Score, score.Model)).ShouldBe([("blip", 0.5, "model of blip"), ("oracle", 0.25, "model of oracle")]);
        (await _projections.LearnedFromAsync(captions[1], Cancel)).Select(policy => (policy.RunId, policy.Version)).ShouldBe([(run.Id, 1)]);
        (await _projections.CaptionAsync(Guid.NewGuid(), Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task A_caption_that_measured_a_version_was_learned_from_by_nobody()
    {
        var run = await StartedAsync();
        var measured = await run.EvaluateAsync();
        await run.StepAsync();

        (await _projections.CaptionAsync(measured, Cancel))!.Purpose.ShouldBe("evaluation");
        (await _projections.LearnedFromAsync(measured, Cancel)).ShouldBeEmpty();
        var heldOut = await _projections.PictureAsync(MadeUpRun.Pictures[2], Cancel);
        heldOut.Captions.Where(captions => captions.RunId == run.Id).Select(captions => (captions.Use, captions.Version, captions.Captions))
            .ShouldBe([(PictureUse.Measured, 0, 1L)]);
    }

    [Fact]
    public async Task A_picture_tells_which_versions_wrote_and_which_learned()
    {
        var run = await StartedAsync();
        for (var step = 0; step < 3; step++) await run.StepAsync();

        (await _projections.PicturesAsync(MadeUpRun.Pictures[0][..8], Cancel)).ShouldBe([MadeUpRun.Pictures[0]]);
        var picture = await _projections.PictureAsync(MadeUpRun.Pictures[0], Cancel);
        picture.Captions.Where(captions => captions.RunId == run.Id).Select(captions => (captions.Use, captions.Version, captions.Captions)).ShouldBe(
        [
            (PictureUse.Learned, 1, 1L), (PictureUse.Learned, 2, 1L), (PictureUse.Learned, 3, 1L),
            (PictureUse.Wrote, 0, 1L), (PictureUse.Wrote, 1, 1L), (PictureUse.Wrote, 2, 1L),
        ]);
    }

    [Fact]
    public async Task Weights_and_checkpoints_are_found_by_their_hashes()
    {
        var run = await StartedAsync();
        await run.StepAsync();

        foreach (var hash in (string[])[MadeUpRun.Hash($"weights {run.Id} 0"), run.Policy.Checkpoint])
            (await _projections.PoliciesAsync(hash, Cancel)).Select(policy => (policy.RunId, policy.Version)).ShouldBe([(run.Id, 1)]);
        (await _projections.PoliciesAsync(run.Settings.Captioner, Cancel)).Select(policy => (policy.RunId, policy.Version)).ShouldBe([(run.Id, 0)]);
        (await _projections.PoliciesAsync(MadeUpRun.Hash("nothing"), Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_learned_is_carried_by_later_versions_and_by_runs_that_begin_from_them()
    {
        var run = await StartedAsync();
        await run.StepAsync();
        var before = run.Policy;
        await run.StepAsync();
        var after = run.Policy;
        await run.StepAsync();
        var (other, child) = (await StartedAsync(before.Checkpoint), await StartedAsync(after.Checkpoint));
        await child.StepAsync();
        var grandchild = await StartedAsync(child.Policy.Checkpoint);

        var descent = await _projections.DescentAsync([(run.Id, 2)], Cancel);

        descent.Select(one => (one.RunId, one.First, one.Newest, one.From)).ShouldBe(
            [(run.Id, 2, 3, null), (child.Id, 0, 1, run.Id), (grandchild.Id, 0, 0, child.Id)]);
        descent.ShouldNotContain(one => one.RunId == other.Id, "version 1 had not learned it");
    }

    [Fact]
    public async Task A_run_is_summed_up_as_its_stream_goes_on()
    {
        var run = await StartedAsync();
        await run.EvaluateAsync();
        await run.StepAsync();
        var first = (await _projections.RunsAsync(Cancel)).Single(summary => summary.RunId == run.Id);
        (first.Phase, first.Policy, first.Captions, first.Reward, first.Kl).ShouldBe((RunPhase.Running, run.Policy, 2, 1.0, 0.125));
        (first.Evaluations.Single().Means["blip"], first.Open.Count).ShouldBe((0.75, 0));

        await store.AppendAsync(Streams.Run(run.Id), new RunFailed(run.Id, 1, "the disk is full"), new RunResumed(run.Id, 1), new StepOpened(run.Id, 1, run.Policy, []));
        var next = (await _projections.RunsAsync(Cancel)).Single(summary => summary.RunId == run.Id);
        (next.Phase, next.Failure, next.Events).ShouldBe((RunPhase.Running, null, first.Events + 3));
        next.Open.Single().What.ShouldBe("step 1");
    }

    async Task<MadeUpRun> StartedAsync(string? captioner = null)
    {
        var run = new MadeUpRun(store, captioner);
        await run.StartAsync();
        return run;
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
