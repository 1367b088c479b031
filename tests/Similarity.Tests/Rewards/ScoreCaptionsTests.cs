using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Rewards;
using Pipeline.Testing;

namespace Pipeline.Similarity.Tests.Rewards;

/// <summary>The rewards SDK on a real broker and event store. Each test has its own: what one parks is nobody else's.</summary>
public sealed class ScoreCaptionsTests : IAsyncLifetime
{
    readonly TestStack stack = new();

    public ValueTask InitializeAsync() => stack.InitializeAsync();

    public ValueTask DisposeAsync() => stack.DisposeAsync();

    [Fact]
    public async Task A_batch_is_scored_recorded_and_published_in_its_order()
    {
        await using var rewards = await StartAsync(("length", ScriptedReward.Length));
        var batch = RewardStack.Batch("length");

        await rewards.PublishAsync(batch);
        await rewards.PublishedAsync(1);

        var result = rewards.Published[0];
        (result.RunId, result.Step, result.BatchId, result.Reward).ShouldBe((batch.RunId, batch.Step, batch.BatchId, "length"));
        result.Captions.Select(caption => caption.CaptionId).ShouldBe(batch.Captions.Select(caption => caption.CaptionId));
        result.Captions.Select(caption => caption.Score).ShouldBe([5, 11]);
        result.Captions[0].SampleScores.ShouldBe([1, 2]);
        result.Captions[0].Details["words"].ShouldBe(3);
        result.Captions[0].Model.ShouldBe("scripted");
        (await rewards.StoredAsync(batch)).Select(scored => scored.Score).ShouldBe([5, 11]);

        var stream = Streams.Caption(batch.Captions[0].CaptionId);
        var events = await rewards.Host.Get<EventAppender>().LoadStreamAsync(stream, cancellation: TestContext.Current.CancellationToken);
        events.Single().Id.ShouldBe(Ids.Event(stream, "caption-scored", "length"));
    }

    [Fact]
    public async Task What_a_replay_asks_is_answered_and_not_recorded_with_the_captions()
    {
        var reward = ScriptedReward.Length;
        await using var rewards = await StartAsync(("length", reward));
        var batch = RewardStack.Batch("length");
        await rewards.PublishAsync(batch);
        await rewards.PublishedAsync(1);
        var replay = batch with { RunId = Guid.NewGuid(), Replay = true };

        await rewards.PublishAsync(replay);
        await rewards.PublishedAsync(2);

        var answer = rewards.Published[1];
        (answer.RunId, answer.BatchId, answer.Replay).ShouldBe((replay.RunId, batch.BatchId, true));
        answer.Captions.Select(caption => caption.Score).ShouldBe([5, 11]);
        reward.Calls.ShouldBe(2, "what is recorded is not what is asked for");
        (await rewards.StoredAsync(batch)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_redelivered_batch_appends_nothing_twice_is_not_scored_again_and_is_published_again()
    {
        var reward = ScriptedReward.Length;
        await using var rewards = await StartAsync(("length", reward));
        var batch = RewardStack.Batch("length");

        await rewards.PublishAsync(batch);
        await rewards.PublishedAsync(1);
        await rewards.PublishAsync(batch);
        await rewards.PublishedAsync(2);

        (await rewards.StoredAsync(batch)).Count.ShouldBe(2);
        reward.Calls.ShouldBe(1);
        rewards.Published[1].Captions.Select(caption => caption.Score).ShouldBe([5, 11]);
    }

    [Fact]
    public async Task What_a_crash_left_half_recorded_is_completed_and_what_was_recorded_counts()
    {
        var reward = ScriptedReward.Length;
        await using var rewards = await StartAsync(("length", reward));
        var batch = RewardStack.Batch("length");
        var (caption, stream) = (batch.Captions[0], Streams.Caption(batch.Captions[0].CaptionId));
        var recorded = new CaptionScored(
            caption.CaptionId, caption.RunId, caption.Step, "length", 7, [], new Dictionary<string, double>(), "earlier");
        await rewards.Host.Get<EventAppender>().AppendOnceAsync(
            [new NewEvent(stream, Ids.Event(stream, "caption-scored", "length"), recorded)], new MessageMetadata(batch.RunId, null),
            TestContext.Current.CancellationToken);

        await rewards.PublishAsync(batch);
        await rewards.PublishedAsync(1);

        rewards.Published[0].Captions.Select(scored => scored.Score).ShouldBe([7, 11]);
        (await rewards.StoredAsync(batch)).Select(scored => scored.Model).ShouldBe(["earlier", "scripted"]);
    }

    [Fact]
    public async Task A_batch_that_does_not_name_the_reward_is_ignored()
    {
        var (asked, other) = (ScriptedReward.Length, ScriptedReward.Length);
        await using var rewards = await StartAsync(("asked", asked), ("other", other));
        var ignored = RewardStack.Batch("other");

        await rewards.PublishAsync(ignored);
        await rewards.PublishAsync(RewardStack.Batch("asked", "other"));
        await rewards.PublishedAsync(3);

        asked.Calls.ShouldBe(1);
        other.Calls.ShouldBe(2);
        (await rewards.StoredAsync(ignored)).Select(scored => scored.Reward).ShouldBe(["other", "other"]);
    }

    [Fact]
    public async Task Rewards_score_the_same_captions_side_by_side()
    {
        await using var rewards = await StartAsync(("one", ScriptedReward.Length), ("two", ScriptedReward.Length));
        var batch = RewardStack.Batch("one", "two");

        await rewards.PublishAsync(batch);
        await rewards.PublishedAsync(2);

        (await rewards.StoredAsync(batch)).Select(scored => scored.Reward).Order().ShouldBe(["one", "one", "two", "two"]);
    }

    public static TheoryData<string, string> Failures => new()
    {
        { "throws", "the model has no weights" },
        { "nan", "Reward 'bad' gave NaN as score of caption" },
        { "infinite sample", "gave Infinity as score of sample 1" },
        { "nan detail", "gave NaN as precision" },
        { "too few", "gave 1 scores for 2 captions" },
        { "too many", "gave 3 scores for 2 captions" },
        { "nothing", "gave nothing" },
        { "late", "did not answer within 0.2 s" },
        { "deaf and late", "did not answer within 0.2 s" },
    };

    // Without its guard each of these would be recorded as a score and learned from, or wait for ever.
    [Theory, MemberData(nameof(Failures))]
    public async Task What_is_no_score_is_tried_again_parked_with_the_reason_and_never_recorded(string failure, string reason)
    {
        var reward = Failing(failure);
        await using var rewards = await StartAsync(("bad", reward));
        var batch = RewardStack.Batch("bad");

        await rewards.PublishAsync(batch);

        var parked = await rewards.ParkedAsync("bad");
        ((string)parked.Headers["MT-Fault-Message"]!).ShouldContain(reason);
        parked.Body.ShouldContain(batch.BatchId.ToString());
        reward.Calls.ShouldBe(3);
        (await rewards.StoredAsync(batch)).ShouldBeEmpty();
        rewards.Published.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reward_that_fails_once_is_asked_again()
    {
        var calls = 0;
        await using var rewards = await StartAsync(("flaky", new ScriptedReward(
            caption => Interlocked.Increment(ref calls) == 1 ? throw new IOException("not yet") : new RewardScore(1))));
        var batch = RewardStack.Batch("flaky");

        await rewards.PublishAsync(batch);
        await rewards.PublishedAsync(1);

        (await rewards.StoredAsync(batch)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_reward_opens_the_picture_from_the_blob_store()
    {
        await using var rewards = await StartAsync(("bytes", new ScriptedReward(async (batch, cancellation) =>
        {
            var lengths = new List<RewardScore>();
            foreach (var caption in batch)
                await using (var picture = await caption.OpenPictureAsync(cancellation))
                    lengths.Add(new RewardScore(picture.Length));
            return lengths;
        })));
        var sha256 = await rewards.Host.Get<IBlobStore>().PutAsync(new byte[] { 1, 2, 3, 4 }, TestContext.Current.CancellationToken);
        var batch = RewardStack.Batch("bytes");

        await rewards.PublishAsync(
            batch with { Captions = [.. batch.Captions.Select(caption => caption with { PictureSha256 = sha256 })] });
        await rewards.PublishedAsync(1);

        rewards.Published[0].Captions.Select(caption => caption.Score).ShouldBe([4, 4]);
    }

    Task<RewardStack> StartAsync(params (string Name, ICaptionReward Reward)[] rewards) =>
        RewardStack.StartAsync(stack, new RewardOptions { Timeout = Timeout(rewards) }, rewards);

    static TimeSpan Timeout((string Name, ICaptionReward Reward)[] rewards) =>
        rewards is [("bad", _)] ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromMinutes(1);

    static ScriptedReward Failing(string failure) => failure switch
    {
        "throws" => new(_ => throw new InvalidOperationException("the model has no weights")),
        "nan" => new(_ => new RewardScore(double.NaN)),
        "infinite sample" => new(_ => new RewardScore(1, [1, double.PositiveInfinity])),
        "nan detail" => new(_ => new RewardScore(1, null, new Dictionary<string, double> { ["precision"] = double.NaN })),
        "too few" => new((_, _) => Task.FromResult<IReadOnlyList<RewardScore>>([new(1)])),
        "too many" => new((_, _) => Task.FromResult<IReadOnlyList<RewardScore>>([new(1), new(1), new(1)])),
        "nothing" => new((_, _) => Task.FromResult<IReadOnlyList<RewardScore>>(null!)),
        "late" => new(async (_, cancellation) =>
        {
            await Task.Delay(System.Threading.Timeout.Infinite, cancellation);
            return [];
        }),
        _ => new((_, _) => new TaskCompletionSource<IReadOnlyList<RewardScore>>().Task),
    };
}
