using Pipeline.Cli.Reproduce.Variance;
using Pipeline.Contracts;

namespace Pipeline.Cli.Tests.Reproduce;

public sealed class VariancePlanTests
{
    static readonly VariancePlan Plan = new(new('a', 64), new('b', 64), "vgg", 1, new DrawingSettings { Rewards = ["vgg"], Samples = 8 });
    static readonly string[] Pictures = ["p", "q", "r"];

    [Fact]
    public void Pictures_are_taken_in_rounds_and_no_caption_is_there_twice()
    {
        var captions = Plan.Captions(Pictures, 7);

        captions.Select(caption => (caption.PictureSha256, caption.Sample))
            .ShouldBe([("p", 0), ("q", 0), ("r", 0), ("p", 1), ("q", 1), ("r", 1), ("p", 2)]);
        captions.Select(caption => caption.CaptionId).Distinct().Count().ShouldBe(7);
        captions.Select(caption => caption.Seed).Distinct().Count().ShouldBe(7);
    }

    [Fact]
    public void A_study_of_more_captions_has_the_captions_of_the_smaller_one() =>
        Plan.Captions(Pictures, 20).Take(7).ShouldBe(Plan.Captions(Pictures, 7));

    [Fact]
    public void Whatever_decides_a_score_makes_it_another_study() =>
        new[]
        {
            Plan, Plan with { Captioner = new('c', 64) }, Plan with { Reward = "dino" }, Plan with { Seed = 2 },
            Plan with { Drawing = Plan.Drawing with { Samples = 5 } }, Plan with { Pictures = new('d', 64) },
        }.Select(plan => plan.Id).Distinct().Count().ShouldBe(6);

    [Fact]
    public void Captions_are_sampled_drawn_and_scored_as_in_a_run_and_belong_to_none()
    {
        var commands = Plan.Commands(Plan.Captions(Pictures, 25), new HashSet<Guid>()).ToArray();

        commands.Select(command => command.Captions.Count).ShouldBe([10, 10, 5]);
        foreach (var command in commands)
        {
            (command.Purpose, command.Decoding.Mode, command.Decoding.Temperature)
                .ShouldBe((CaptionPurpose.Probe, DecodingMode.Sample, 1.0));
            command.Rewards.ShouldBe(["vgg"]);
            command.Drawing!.Samples.ShouldBe(8);
            command.BatchId.ShouldBe(Ids.Batch(command.Captions.Select(caption => caption.CaptionId)));
        }
    }

    [Fact]
    public void What_is_scored_already_is_not_asked_for_again_and_what_is_left_comes_in_its_old_grouping()
    {
        var captions = Plan.Captions(Pictures, 25);
        var scored = captions.Take(12).Select(caption => caption.CaptionId).ToHashSet();

        Plan.Commands(captions, scored).Select(command => command.BatchId)
            .ShouldBe(Plan.Commands(captions, new HashSet<Guid>()).Skip(1).Select(command => command.BatchId));
    }
}
