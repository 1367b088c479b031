using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Replays.Tests;

/// <summary>Replays on a real broker and event store.</summary>
public sealed class ReplayerTests
{
    static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_caption_is_scored_once_by_a_reward_that_knows_nothing_of_replays_and_the_rest_of_the_store_stays_as_it_is()
    {
        var reward = new FakeReward();
        await using var stack = await ReplayStack.StartAsync(reward);
        var before = await stack.OthersAsync();

        var journal = await stack.ReplayAsync(cancellation: Cancel);

        journal.Scores.Keys.ShouldBe(SmallRun.CaptionIds, ignoreOrder: true);
        reward.Asked.ShouldAllBe(batch => batch.Replay && batch.RunId == journal.Replay.ReplayId && batch.Captions.All(caption => caption.RunId == SmallRun.Id));
        var stored = (await ReplayJournal.FindAsync(stack.Events, journal.Replay.ReplayId, Cancel))!;
        stored.Scores.Values.Select(score => score.Score).Order().ShouldBe(Enumerable.Range(8, 6).SelectMany(score => new double[] { score, score, score }));
        stored.Completed!.Captions.ShouldBe(18);
        stored.Completed.ScoresRoot.ShouldBe(MerkleTree.Root([.. SmallRun.CaptionIds.Select(id => CanonicalJson.Serialize(stored.Scores[id]))]));

        var report = await ReplayReport.LoadAsync(stack.Events, stored, Cancel);
        report.All.Agreement!.Spearman!.Value.ShouldBe(1, 1e-12);
        // The Learner has heard the same answers: it must not take them for a run's.
        await stack.SettleAsync();
        (await stack.OthersAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_replay_that_was_interrupted_goes_on_and_asks_for_nothing_twice()
    {
        var reward = new FakeReward { Answers = number => number < 3 };
        await using var stack = await ReplayStack.StartAsync(reward);
        using var interruption = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var first = stack.ReplayAsync(cancellation: interruption.Token);
        await Eventually.HoldsAsync("three answers are recorded", async () => reward.Answered.Count == 3
            && (await ScoresAsync(stack)).Count == reward.Answered.Sum(batch => batch.Captions.Count));
        await interruption.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);

        var answered = reward.Answered.SelectMany(batch => batch.Captions).Select(caption => caption.CaptionId).ToHashSet();
        var asked = reward.Asked.Count;
        reward.Answers = _ => true;
        var journal = await stack.ReplayAsync(cancellation: Cancel);

        journal.Scores.Count.ShouldBe(18);
        (await ScoresAsync(stack)).Count.ShouldBe(18, "one event for each caption");
        reward.Asked.Skip(asked).SelectMany(batch => batch.Captions).ShouldAllBe(caption => !answered.Contains(caption.CaptionId));
    }

    [Fact]
    public async Task An_answer_that_was_lost_is_asked_for_again()
    {
        var reward = new FakeReward { Answers = number => number != 1 };
        await using var stack = await ReplayStack.StartAsync(reward);

        var journal = await stack.ReplayAsync(new ReplayOptions { ResendAfter = TimeSpan.FromMilliseconds(100) }, cancellation: Cancel);

        journal.Scores.Count.ShouldBe(18);
        reward.Asked.Count.ShouldBeGreaterThan(6);
    }

    [Fact]
    public async Task No_more_batches_are_under_way_than_the_window_allows()
    {
        var reward = new FakeReward { IsHeld = true };
        await using var stack = await ReplayStack.StartAsync(reward);
        var replay = stack.ReplayAsync(
            new ReplayOptions { Window = 2, Patience = TimeSpan.FromMinutes(10), ResendAfter = TimeSpan.FromMinutes(10) }, cancellation: Cancel);
        await Eventually.HoldsAsync("two batches are under way", () => reward.Asked.Count == 2);
        // A message that is not held back passes the same queue meanwhile: a third batch would have come before it.
        await stack.Host.Get<MassTransit.IBus>().Publish(new CaptionsSampled(SmallRun.Id, 0, Guid.NewGuid(), ["other"], [], 0), Cancel);
        await Eventually.HoldsAsync("the message after them has come", () => reward.Asked.Count >= 3);

        reward.Asked.Count(batch => batch.Replay).ShouldBe(2);
        reward.Release();
        (await replay).Scores.Count.ShouldBe(18);
    }

    [Fact]
    public async Task One_replay_is_of_one_model()
    {
        await using var stack = await ReplayStack.StartAsync(new FakeReward { Model = number => number < 4 ? "new" : "newer" });

        var error = await Should.ThrowAsync<ReplayException>(() => stack.ReplayAsync(cancellation: Cancel));

        error.Message.ShouldContain("has another model (newer) than when replay");
        error.Message.ShouldContain("another replay begins on request (`new`)");
        (await ScoresAsync(stack)).ShouldAllBe(score => score.Model == "new");
    }

    [Fact]
    public async Task A_finished_replay_stays_and_the_same_request_makes_another()
    {
        await using var stack = await ReplayStack.StartAsync(new FakeReward());

        var (first, second) = (await stack.ReplayAsync(cancellation: Cancel), await stack.ReplayAsync(cancellation: Cancel));

        second.Replay.ReplayId.ShouldNotBe(first.Replay.ReplayId);
        (await ReplayJournal.FindAsync(stack.Events, first.Replay.ReplayId, Cancel))!.Completed.ShouldNotBeNull();
    }

    [Fact]
    public async Task When_nothing_is_answered_it_says_how_far_it_came_or_why_nothing_can_come()
    {
        var reward = new FakeReward { Answers = number => number < 1 };
        await using var stack = await ReplayStack.StartAsync(reward);
        var impatient = new ReplayOptions { Patience = TimeSpan.FromMilliseconds(500), ResendAfter = TimeSpan.FromMinutes(10) };

        // Which batch comes first the broker decides: they have 4 captions or 2.
        (await Should.ThrowAsync<ReplayException>(() => stack.ReplayAsync(impatient, cancellation: Cancel)))
            .Message.ShouldContain($"{reward.Answered.Single().Captions.Count} of 18 captions are scored, and the same replay goes on from there when it is asked for again");
        (await Should.ThrowAsync<ReplayException>(() => stack.ReplayAsync(cancellation: Cancel, whyNot: () => "a message was given up")))
            .Message.ShouldBe("a message was given up");
    }

    [Fact]
    public async Task An_unfinished_replay_of_a_run_that_has_learned_on_is_not_mixed_with_a_new_one()
    {
        await using var stack = await ReplayStack.StartAsync(new FakeReward { Answers = _ => false }, isLastLearned: false);
        var impatient = new ReplayOptions { Patience = TimeSpan.Zero };
        await Should.ThrowAsync<ReplayException>(() => stack.ReplayAsync(impatient, cancellation: Cancel));
        await SmallRun.AppendAsync(stack.Events);

        (await Should.ThrowAsync<ReplayException>(() => stack.ReplayAsync(impatient, cancellation: Cancel)))
            .Message.ShouldContain("was begun when the run had other captions: another begins on request (`new`)");
    }

    static async Task<IReadOnlyList<CaptionRescored>> ScoresAsync(ReplayStack stack)
    {
        var request = new ReplayRequest(SmallRun.Id, "other", "blip", new(0, int.MaxValue), null);
        return await stack.Events.LoadAsync<CaptionRescored>([Streams.Replay(request.Id(0))]);
    }
}
