using Pipeline.Cli.ScoreCaption;
using Pipeline.Contracts;

namespace Pipeline.Cli.Tests.ScoreCaption;

public sealed class ProbeTests
{
    static readonly Probe Probe = new("a red circle", new('a', 64), ["blip"], null, 1);

    [Fact]
    public void The_same_question_has_the_same_id_at_the_same_attempt_and_another_at_each_other()
    {
        Probe.Caption(0).CaptionId.ShouldBe((Probe with { }).Caption(0).CaptionId);
        Guid[] others =
        [
            Probe.Caption(0).CaptionId, Probe.Caption(1).CaptionId, (Probe with { Text = "a blue circle" }).Caption(0).CaptionId,
            (Probe with { PictureSha256 = new('b', 64) }).Caption(0).CaptionId,
            (Probe with { Rewards = ["blip", "vgg"] }).Caption(0).CaptionId,
            (Probe with { Drawing = new() { Rewards = ["vgg"] } }).Caption(0).CaptionId, (Probe with { Seed = 2 }).Caption(0).CaptionId,
        ];
        others.Distinct().Count().ShouldBe(others.Length);
    }

    [Fact]
    public void Every_attempt_draws_with_the_same_noise_so_that_only_a_changed_model_changes_a_score()
    {
        Probe.Caption(1).Seed.ShouldBe(Probe.Caption(0).Seed);
        (Probe with { Seed = 2 }).Caption(0).Seed.ShouldNotBe(Probe.Caption(0).Seed);
    }

    [Fact]
    public void It_is_marked_as_a_question_that_belongs_to_no_run()
    {
        var caption = Probe.Caption(0);
        var message = Probe.Message(caption);

        (caption.Purpose, caption.Text, caption.TokenIds.Count, caption.LogProbs.Count)
            .ShouldBe((CaptionPurpose.Probe, "a red circle", 0, 0));
        caption.Policy.ShouldBe(new PolicyRef(0, new string('0', 64)));
        (message.RunId, message.Captions.Single(), message.Rewards).ShouldBe((caption.RunId, caption, Probe.Rewards));
        message.Drawing.ShouldBeNull();
    }
}
