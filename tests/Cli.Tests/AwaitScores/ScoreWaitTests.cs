using Pipeline.Cli.AwaitScores;
using Pipeline.Cli.Runs;
using Pipeline.Cli.ScoreCaption;
using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Cli.Tests.AwaitScores;

public sealed class ScoreWaitTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    static readonly TimeSpan Long = TimeSpan.FromMinutes(3);
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_question_travels_to_the_reward_and_back_and_asked_again_it_is_answered_anew()
    {
        var probe = new Probe("a red circle", new('a', 64), ["length"], null, 1);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var progress = await AskAsync(probe, Long);

            progress.Scores.Single().CaptionId.ShouldBe(probe.Caption(attempt).CaptionId);
            progress.IsComplete.ShouldBeTrue();
            progress.Scores.Single().Score.ShouldBe("a red circle".Length);
        }
    }

    [Fact]
    public async Task A_reward_that_gave_the_message_up_ends_the_wait_and_the_others_have_their_say()
    {
        var probe = new Probe("a blue square", new('a', 64), ["broken", "length"], null, 1);

        var progress = await AskAsync(probe, Long);

        progress.Missing.ShouldBe(["broken"]);
        progress.Parked.ShouldBe(["score-captions-broken"]);
        progress.Scores.Single().Reward.ShouldBe("length");
    }

    [Fact]
    public async Task A_wait_in_which_nothing_happens_ends()
    {
        var probe = new Probe("nobody hears this", new('a', 64), ["length"], null, 1);

        var progress = await AskAsync(probe, TimeSpan.FromSeconds(1), isSent: false);

        (progress.IsComplete, progress.Written, progress.Parked.Count).ShouldBe((false, 1, 0));
    }

    [Fact]
    public async Task A_runs_drawings_are_all_that_carry_its_id_whatever_caption_they_are_of()
    {
        var (mine, other) = (Guid.NewGuid(), Guid.NewGuid());
        var captions = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid()).ToArray();
        await DrawAsync(mine, captions[0], "x");
        await DrawAsync(other, captions[1], "y");
        await DrawAsync(mine, captions[2], "x");

        var drawn = await RunDrawings.LoadAsync(store.Connection, mine, Cancellation);

        drawn.Select(entry => entry.Rendered.CaptionId).ShouldBe([captions[0], captions[2]]);
        drawn[1].At.ShouldBeGreaterThanOrEqualTo(drawn[0].At);
    }

    async Task<ScoreProgress> AskAsync(Probe probe, TimeSpan patience, bool isSent = true)
    {
        var caption = await probe.NextAsync(store.Events, Cancellation);
        await store.Events.AppendOnceAsync([Probe.Event(caption)], new MessageMetadata(caption.RunId, "test"), Cancellation);
        var offered = OfferedRewards.Of(probe.Rewards.Select(reward => $"score-captions-{reward}"));
        var wait = new ScoreWait(store.Connection, [caption.CaptionId], probe.Rewards, offered, isDrawn: false);
        return await wait.AskAsync(
            () => isSent ? store.Connection.SendAsync(probe.Message(caption), Cancellation) : Task.CompletedTask, patience, _ => { },
            Cancellation);
    }

    Task DrawAsync(Guid run, Guid caption, string drawing)
    {
        var stream = Streams.Caption(caption);
        return store.Events.AppendOnceAsync(
            [new NewEvent(stream, Ids.Event(stream, "images-rendered", 0), Drawings.Rendered(caption, drawing) with { RunId = run })],
            new MessageMetadata(run, "test"), Cancellation);
    }
}
