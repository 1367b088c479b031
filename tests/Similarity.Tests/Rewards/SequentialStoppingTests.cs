using Pipeline.Contracts;
using Pipeline.Rewards;
using Pipeline.Testing;
using static Pipeline.Similarity.Tests.Rewards.DrawnBatch;

namespace Pipeline.Similarity.Tests.Rewards;

/// <summary>A caption is drawn until its score is precise enough. The test is Diffusion: it draws what it is told to.</summary>
public sealed class SequentialStoppingTests : IAsyncLifetime
{
    readonly TestStack stack = new();
    readonly CaptionsSampled batch = OneCaption();

    public ValueTask InitializeAsync() => stack.InitializeAsync();

    public ValueTask DisposeAsync() => stack.DisposeAsync();

    [Fact]
    public async Task A_score_whose_standard_error_is_within_the_bound_is_recorded_at_once()
    {
        await using var rewards = await StartAsync(.4, .6);

        await DrawAsync(rewards, Within(.1), Images(2));
        await rewards.PublishedAsync(1);

        rewards.Published[0].Captions.Single().SampleScores.ShouldBe([.4, .6]);
        rewards.Commands.ShouldBeEmpty();
    }

    [Fact]
    public async Task Otherwise_exactly_the_next_round_of_that_caption_is_asked_for_and_nothing_recorded()
    {
        await using var rewards = await StartAsync(.4, .6);
        var settings = Within(.0999);

        await DrawAsync(rewards, settings, Images(2));
        await rewards.CommandedAsync(1);

        var command = rewards.Commands[0];
        (command.RunId, command.Step, command.BatchId, command.FirstSample, command.Count)
            .ShouldBe((batch.RunId, batch.Step, batch.BatchId, 2, 1));
        command.Rewards.ShouldBe(["look"]);
        CanonicalJson.Serialize(command.Drawing).ShouldBe(CanonicalJson.Serialize(settings));
        CanonicalJson.Serialize(command.Captions.Single()).ShouldBe(CanonicalJson.Serialize(batch.Captions[0]));
        (await rewards.StoredAsync(batch)).ShouldBeEmpty();
        rewards.Published.ShouldBeEmpty();
    }

    [Fact]
    public async Task It_is_drawn_until_the_bound_is_met_and_all_its_drawings_count()
    {
        double[] scores = [0, 1, .5, .5, .5];
        await using var rewards = await StartAsync(scores);

        // Standard errors: .5, .29, .20, .16.
        await DrawAsync(rewards, Within(.21), Images(2));
        await DrawWhatIsAskedForAsync(rewards, rounds: 2, Within(.21));
        await rewards.PublishedAsync(1);

        var scored = (await rewards.StoredAsync(batch)).Single();
        scored.SampleScores.ShouldBe(scores[..4]);
        scored.Score.ShouldBe(.5);
        rewards.Commands.Select(command => (command.FirstSample, command.Count)).ShouldBe([(2, 1), (3, 1)]);
    }

    [Fact]
    public async Task It_is_never_drawn_more_often_than_the_run_says_however_imprecise_its_score_is()
    {
        await using var rewards = await StartAsync(0, 1, 0, 1);
        var settings = Within(1e-9) with { Samples = 4 };

        await DrawAsync(rewards, settings, Images(2));
        await DrawWhatIsAskedForAsync(rewards, rounds: 2, settings);
        await rewards.PublishedAsync(1);

        (await rewards.StoredAsync(batch)).Single().SampleScores.ShouldBe([0, 1, 0, 1]);
        rewards.Commands.Count.ShouldBe(2);
    }

    [Fact]
    public async Task One_valid_drawing_is_no_estimate_of_the_error_and_none_is_no_score()
    {
        await using var rewards = await StartAsync(9, 1, 1, 1);

        await DrawAsync(rewards, Within(.1), [Black(0), Black(1)]);
        await rewards.CommandedAsync(1);
        await DrawAsync(rewards, Within(.1), Images(1, first: 2));
        await rewards.CommandedAsync(2);
        await DrawAsync(rewards, Within(.1), Images(1, first: 3));
        await rewards.PublishedAsync(1);

        var scored = (await rewards.StoredAsync(batch)).Single();
        (scored.Score, scored.Details["samples"], scored.Details["invalid"]).ShouldBe((1, 2, 2));
    }

    [Fact]
    public async Task A_round_that_comes_again_leads_to_what_it_led_to_at_first_whatever_was_drawn_since()
    {
        await using var rewards = await StartAsync(0, 1, .5, .5);
        await DrawAsync(rewards, Within(.21), Images(2));
        await rewards.CommandedAsync(1);
        foreach (var sample in new[] { 2, 3 })
            await RecordAsync(rewards, Images(1, first: sample));

        await rewards.PublishAsync(Of(batch, Within(.21), Images(2)));
        await rewards.CommandedAsync(2);

        rewards.Commands[1].ShouldBeEquivalentTo(rewards.Commands[0]);
        (await rewards.StoredAsync(batch)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_round_that_comes_again_after_the_score_was_recorded_asks_for_nothing_and_publishes_the_score_again()
    {
        await using var rewards = await StartAsync(0, 1, .5, .5);
        await DrawAsync(rewards, Within(.21), Images(2));
        await DrawWhatIsAskedForAsync(rewards, rounds: 2, Within(.21));
        await rewards.PublishedAsync(1);

        await rewards.PublishAsync(Of(batch, Within(.21), Images(2)));
        await rewards.PublishedAsync(2);

        rewards.Published[1].Captions.Single().ShouldBeEquivalentTo(rewards.Published[0].Captions.Single());
        rewards.Commands.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_caption_that_nobody_sampled_cannot_be_drawn_again_and_is_parked()
    {
        await using var rewards = await StartAsync(0, 1);

        await rewards.PublishAsync(Of(batch, Within(.1), Images(2)));

        ((string)(await rewards.ParkedAsync("look", "images")).Headers["MT-Fault-Message"]!)
            .ShouldContain($"{Streams.Caption(batch.Captions[0].CaptionId)} has no CaptionSampled");
    }

    static CaptionsSampled OneCaption()
    {
        var two = RewardStack.Batch("look");
        return two with { Captions = [two.Captions[0]] };
    }

    static DrawingSettings Within(double bound) => new() { Rewards = ["look"], StandardErrorBound = bound };

    Task<RewardStack> StartAsync(params double[] scores) => RewardStack.StartAsync(
        stack, services => services.AddPictureReward("look", _ => new ScriptedPictureReward(drawing => scores[drawing.Sample])));

    async Task DrawAsync(RewardStack rewards, DrawingSettings settings, RenderedImage[] images)
    {
        await rewards.AppendAsync(batch.Captions[0].CaptionId, "caption-sampled", batch.Captions[0]);
        await RecordAsync(rewards, images);
        await rewards.PublishAsync(Of(batch, settings, images));
    }

    Task RecordAsync(RewardStack rewards, RenderedImage[] images) => rewards.AppendAsync(
        batch.Captions[0].CaptionId, "images-rendered", Recorded(batch.Captions[0], images), images[0].Sample);

    async Task DrawWhatIsAskedForAsync(RewardStack rewards, int rounds, DrawingSettings settings)
    {
        for (var round = 0; round < rounds; round++)
        {
            await rewards.CommandedAsync(round + 1);
            await DrawAsync(rewards, settings, Images(rewards.Commands[round].Count, rewards.Commands[round].FirstSample));
        }
    }
}
