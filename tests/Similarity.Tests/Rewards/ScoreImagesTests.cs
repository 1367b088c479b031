using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Rewards;
using Pipeline.Testing;
using static Pipeline.Similarity.Tests.Rewards.DrawnBatch;

namespace Pipeline.Similarity.Tests.Rewards;

/// <summary>Rewards of drawings on a real broker and event store, each caption drawn once. Each test has its own servers' corner.</summary>
public sealed class ScoreImagesTests : IAsyncLifetime
{
    static readonly DrawingSettings Five = new() { Rewards = ["look"] };

    readonly TestStack stack = new();

    public ValueTask InitializeAsync() => stack.InitializeAsync();

    public ValueTask DisposeAsync() => stack.DisposeAsync();

    [Fact]
    public async Task The_score_is_the_mean_over_the_valid_drawings_recorded_and_published_in_the_batch_s_order()
    {
        var reward = BySample;
        await using var rewards = await StartAsync(("look", reward));
        var batch = RewardStack.Batch("look");

        await rewards.PublishAsync(Of(batch, Five, [.. Images(2), Black(2), .. Images(2, first: 3)]));
        await rewards.PublishedAsync(1);

        var result = rewards.Published[0];
        (result.RunId, result.Step, result.BatchId, result.Reward).ShouldBe((batch.RunId, batch.Step, batch.BatchId, "look"));
        result.Captions.Select(caption => caption.CaptionId).ShouldBe(batch.Captions.Select(caption => caption.CaptionId));
        foreach (var scored in result.Captions)
        {
            scored.SampleScores.ShouldBe([0, 1, 9, 16]);
            scored.Score.ShouldBe(6.5);
            scored.Details["variance"].ShouldBe((6.5 * 6.5 + 5.5 * 5.5 + 2.5 * 2.5 + 9.5 * 9.5) / 3, 1e-12);
            (scored.Details["samples"], scored.Details["invalid"], scored.Model).ShouldBe((4, 1, "scripted"));
        }
        reward.Asked.ShouldBe([[0, 1, 3, 4], [0, 1, 3, 4]]);
        rewards.Commands.ShouldBeEmpty();

        var stream = Streams.Caption(batch.Captions[0].CaptionId);
        var events = await rewards.Host.Get<EventAppender>().LoadStreamAsync(stream, cancellation: TestContext.Current.CancellationToken);
        events.Single().Id.ShouldBe(Ids.Event(stream, "caption-scored", "look"));
    }

    [Fact]
    public async Task A_replay_s_pictures_are_scored_in_one_round_and_nothing_is_recorded_with_the_captions()
    {
        await using var rewards = await StartAsync(("look", BySample));
        var batch = RewardStack.Batch("look");
        var replay = Of(batch, Five with { StandardErrorBound = 1e-9 }, Images(3)) with { RunId = Guid.NewGuid(), Replay = true };

        await rewards.PublishAsync(replay);
        await rewards.PublishedAsync(1);

        (rewards.Published[0].RunId, rewards.Published[0].Replay).ShouldBe((replay.RunId, true));
        rewards.Published[0].Captions.ShouldAllBe(caption => caption.SampleScores.SequenceEqual(new double[] { 0, 1, 4 }));
        rewards.Commands.ShouldBeEmpty();
        (await rewards.StoredAsync(batch)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_single_drawing_has_no_variance_and_no_list_of_samples()
    {
        await using var rewards = await StartAsync(("look", BySample));

        await rewards.PublishAsync(Of(RewardStack.Batch("look"), Five with { Samples = 1 }, Images(1, first: 3)));
        await rewards.PublishedAsync(1);

        var scored = rewards.Published[0].Captions[0];
        (scored.Score, scored.Details["variance"], scored.Details["samples"]).ShouldBe((9, 0, 1));
        scored.SampleScores.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_redelivered_batch_appends_nothing_twice_is_not_scored_again_and_is_published_again()
    {
        var reward = BySample;
        await using var rewards = await StartAsync(("look", reward));
        var batch = RewardStack.Batch("look");

        await rewards.PublishAsync(Of(batch, Five, Images(5)));
        await rewards.PublishedAsync(1);
        await rewards.PublishAsync(Of(batch, Five, Images(5)));
        await rewards.PublishedAsync(2);

        (await rewards.StoredAsync(batch)).Count.ShouldBe(2);
        reward.Calls.ShouldBe(1);
        rewards.Published[1].Captions.Select(caption => caption.Score).ShouldBe([6, 6]);
    }

    [Fact]
    public async Task What_a_crash_left_half_recorded_is_completed_and_what_was_recorded_counts()
    {
        await using var rewards = await StartAsync(("look", BySample));
        var batch = RewardStack.Batch("look");
        var first = batch.Captions[0];
        await rewards.AppendAsync(first.CaptionId, "caption-scored", new CaptionScored(
            first.CaptionId, first.RunId, first.Step, "look", 7, [], new Dictionary<string, double>(), "earlier"), "look");

        await rewards.PublishAsync(Of(batch, Five, Images(5)));
        await rewards.PublishedAsync(1);

        rewards.Published[0].Captions.Select(scored => scored.Score).ShouldBe([7, 6]);
        (await rewards.StoredAsync(batch)).Select(scored => scored.Model).ShouldBe(["earlier", "scripted"]);
    }

    [Fact]
    public async Task A_batch_that_does_not_name_the_reward_is_ignored()
    {
        var (asked, other) = (BySample, BySample);
        await using var rewards = await StartAsync(("asked", asked), ("other", other));

        await rewards.PublishAsync(Of(RewardStack.Batch("other"), Five, Images(5)));
        await rewards.PublishAsync(Of(RewardStack.Batch("asked", "other"), Five, Images(5)));
        await rewards.PublishedAsync(3);

        (asked.Calls, other.Calls).ShouldBe((1, 2));
    }

    [Fact]
    public async Task Without_sequential_stopping_the_batch_itself_is_scored_and_no_other_round()
    {
        var reward = BySample;
        await using var rewards = await StartAsync(("look", reward));
        var batch = RewardStack.Batch("look");
        foreach (var caption in batch.Captions)
            await rewards.AppendAsync(caption.CaptionId, "images-rendered", Recorded(caption, Images(2)), 0);

        await rewards.PublishAsync(Of(batch, Five, Images(3, first: 2)));
        await rewards.PublishedAsync(1);

        reward.Asked.ShouldBe([[2, 3, 4], [2, 3, 4]]);
        rewards.Commands.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reward_opens_the_original_and_the_drawings_from_the_blob_store()
    {
        await using var rewards = await StartAsync(("look", new ScriptedPictureReward(async (batch, cancellation) =>
        {
            var lengths = new List<double[]>();
            foreach (var caption in batch)
                await using (var original = await caption.OpenPictureAsync(cancellation))
                await using (var drawing = await caption.Drawings[0].OpenAsync(cancellation))
                    lengths.Add([original.Length * 100 + drawing.Length]);
            return lengths;
        })));
        var (blobs, cancellation) = (rewards.Host.Get<IBlobStore>(), TestContext.Current.CancellationToken);
        var original = await blobs.PutAsync(new byte[] { 1, 2, 3, 4 }, cancellation);
        var drawing = await blobs.PutAsync(new byte[] { 5, 6 }, cancellation);
        var batch = RewardStack.Batch("look");

        await rewards.PublishAsync(Of(
            batch with { Captions = [.. batch.Captions.Select(caption => caption with { PictureSha256 = original })] },
            Five with { Samples = 1 }, new RenderedImage(0, 1, drawing)));
        await rewards.PublishedAsync(1);

        rewards.Published[0].Captions.Select(caption => caption.Score).ShouldBe([402, 402]);
    }

    public static TheoryData<string, string> Failures => new()
    {
        { "throws", "the model has no weights" },
        { "nan", "Reward 'bad' gave NaN as score of sample 0 of caption" },
        { "too few captions", "gave 1 scores for 2 captions" },
        { "too few drawings", "gave 1 scores for the 5 drawings of caption" },
        { "no drawings", "gave 0 scores for the 5 drawings of caption" },
        { "nothing", "gave nothing" },
        { "late", "did not answer within 0.2 s" },
    };

    // Without its guard each of these would be recorded as a score and learned from, or wait for ever.
    [Theory, MemberData(nameof(Failures))]
    public async Task What_is_no_score_is_tried_again_parked_with_the_reason_and_never_recorded(string failure, string reason)
    {
        var reward = Failing(failure);
        await using var rewards = await StartAsync(("bad", reward));
        var batch = RewardStack.Batch("bad");

        await rewards.PublishAsync(Of(batch, Five, Images(5)));

        var parked = await rewards.ParkedAsync("bad", "images");
        ((string)parked.Headers["MT-Fault-Message"]!).ShouldContain(reason);
        reward.Calls.ShouldBe(3);
        (await rewards.StoredAsync(batch)).ShouldBeEmpty();
        rewards.Published.ShouldBeEmpty();
    }

    // A zero for what nobody saw would be learned from.
    [Fact]
    public async Task A_caption_without_a_valid_drawing_is_parked_with_the_reason_and_never_scored()
    {
        var reward = BySample;
        await using var rewards = await StartAsync(("look", reward));
        var batch = RewardStack.Batch("look");

        await rewards.PublishAsync(Of(batch, Five, Black(0), Black(1)));

        ((string)(await rewards.ParkedAsync("look", "images")).Headers["MT-Fault-Message"]!)
            .ShouldContain($"score caption {batch.Captions[0].CaptionId} ('a cat'): none of its 2 drawings is a picture (all black)");
        reward.Calls.ShouldBe(0);
        (await rewards.StoredAsync(batch)).ShouldBeEmpty();
    }

    /// <summary>Sample k has the score k².</summary>
    static ScriptedPictureReward BySample => new(drawing => drawing.Sample * drawing.Sample);

    Task<RewardStack> StartAsync(params (string Name, IPictureReward Reward)[] rewards) => RewardStack.StartAsync(stack, services =>
    {
        foreach (var (name, reward) in rewards)
        {
            var timeout = name == "bad" ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromMinutes(1);
            services.AddPictureReward(name, _ => reward, new RewardOptions { Timeout = timeout });
        }
    });

    static ScriptedPictureReward Failing(string failure)
    {
        static Task<IReadOnlyList<IReadOnlyList<double>>> Give(IReadOnlyList<IReadOnlyList<double>> scores) => Task.FromResult(scores);
        return failure switch
        {
            "throws" => new(_ => throw new InvalidOperationException("the model has no weights")),
            "nan" => new(_ => double.NaN),
            "too few captions" => new((_, _) => Give([[1, 1, 1, 1, 1]])),
            "too few drawings" => new((_, _) => Give([[1], [1, 1, 1, 1, 1]])),
            "no drawings" => new((_, _) => Give([null!, [1, 1, 1, 1, 1]])),
            "nothing" => new((_, _) => Give(null!)),
            _ => new((_, _) => new TaskCompletionSource<IReadOnlyList<IReadOnlyList<double>>>().Task),
        };
    }
}
