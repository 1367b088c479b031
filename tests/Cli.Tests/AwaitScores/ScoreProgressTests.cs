using Pipeline.Cli.AwaitScores;
using Pipeline.Contracts;

namespace Pipeline.Cli.Tests.AwaitScores;

public sealed class ScoreProgressTests
{
    static readonly OfferedRewards Offered = OfferedRewards.Of(["score-captions-blip", "score-images-vgg"]);
    static readonly DrawingSettings Drawing = new() { Rewards = ["vgg"], Samples = 5 };
    static readonly Guid Id = Guid.NewGuid();
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(300);

    [Fact]
    public void It_is_complete_when_every_reward_has_scored_every_caption()
    {
        Progress([], [Drawings.Scored(Id, "blip")]).IsComplete.ShouldBeFalse();
        Progress([], [Drawings.Scored(Id, "blip")]).Missing.ShouldBe(["vgg"]);
        Progress([], [Drawings.Scored(Id, "blip"), Drawings.Scored(Id, "vgg")]).IsComplete.ShouldBeTrue();
    }

    [Fact]
    public void How_far_it_is_tells_pictures_of_one_caption_and_captions_of_many()
    {
        Progress([Drawings.Rendered(Id)], []).Sentence(Drawing).ShouldBe("2 of 5 pictures drawn, waiting for blip, vgg");
        Progress([Drawings.Rendered(Id)], []).Sentence(Drawing with { StandardErrorBound = 0.1 })
            .ShouldStartWith("2 of at most 5 pictures");
        new ScoreProgress(3, ["vgg"], 2, [Drawings.Rendered(Id)], [], []).Sentence(Drawing)
            .ShouldBe("2 of 3 captions written, 1 of 3 captions drawn, 0 of 3 scored by vgg");
    }

    [Fact]
    public void A_reward_that_does_not_answer_is_named_with_the_queue_to_look_at()
    {
        var problem = Progress([Drawings.Rendered(Id)], [Drawings.Scored(Id, "blip")]).Problem(Offered, Drawing, Patience);

        problem.ShouldStartWith("no score from reward vgg: nothing has happened for 300 s (2 of 5 pictures drawn");
        problem.ShouldContain("./pipeline status");
        problem.ShouldContain("takes from score-images-vgg and");
        problem.ShouldContain("--timeout");
    }

    [Fact]
    public void When_nothing_is_drawn_the_queues_before_the_reward_are_to_be_looked_at() =>
        Progress([], []).Problem(Offered, Drawing, Patience)
            .ShouldContain("takes from score-captions-blip, plan-drawings, render-images and");

    [Fact]
    public void A_message_that_was_given_up_is_said_to_be_so_with_its_error_queue() =>
        (Progress([], []) with { Parked = ["score-images-vgg"] }).Problem(Offered, Drawing, Patience)
            .ShouldContain("score-images-vgg_error");

    static ScoreProgress Progress(ImagesRendered[] rendered, CaptionScored[] scores) => new(1, ["blip", "vgg"], 1, rendered, scores, []);
}
