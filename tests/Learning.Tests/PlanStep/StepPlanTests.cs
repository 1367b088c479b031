using Pipeline.Contracts;
using Pipeline.Learning.PlanStep;

namespace Pipeline.Learning.Tests.PlanStep;

public sealed class StepPlanTests
{
    static readonly Guid Run = Guid.Parse("5d0f2f1e-0000-4000-8000-000000000001");
    static readonly string[] Pictures = [.. Enumerable.Range(0, 8).Select(i => new string((char)('0' + i), 64))];

    static RunSettings Settings(int batch, int samples = 1, long seed = 7) => new()
    {
        Captioner = new string('a', 64),
        TrainPictures = new string('b', 64),
        Rewards = new Dictionary<string, double> { ["zeta"] = 1, ["alpha"] = 0 },
        BatchSize = batch,
        SamplesPerPicture = samples,
        MicroBatch = 4,
        Seed = seed,
    };

    [Fact]
    public void Every_picture_is_visited_once_before_any_is_visited_again()
    {
        var settings = Settings(batch: 3);
        var visits = Enumerable.Range(0, 8).SelectMany(step => StepPlan.Training(Run, settings, step, Pictures)).Select(r => r.PictureSha256).ToArray();

        visits.Chunk(Pictures.Length).ShouldAllBe(round => round.Distinct().Count() == Pictures.Length);
        visits[..8].ShouldNotBe(visits[8..16], "each round has its own order");
    }

    [Fact]
    public void A_set_smaller_than_the_step_gives_further_samples_of_a_picture_and_never_an_id_twice()
    {
        var plan = StepPlan.Training(Run, Settings(batch: 20), 3, Pictures);

        plan.Count.ShouldBe(20);
        plan.Select(request => request.CaptionId).Distinct().Count().ShouldBe(20);
        plan.Select(request => request.Seed).Distinct().Count().ShouldBe(20);
        plan.GroupBy(request => request.PictureSha256).ShouldAllBe(group => group.Select(r => r.Sample).SequenceEqual(Enumerable.Range(0, group.Count())));
    }

    [Fact]
    public void Samples_of_one_picture_lie_side_by_side()
    {
        var plan = StepPlan.Training(Run, Settings(batch: 12, samples: 4), 0, Pictures);

        plan.Chunk(4).ShouldAllBe(group => group.Select(request => request.PictureSha256).Distinct().Count() == 1);
    }

    [Fact]
    public void Seeds_follow_from_the_runs_seed_and_not_from_its_id()
    {
        long[] Seeds(Guid run, long seed) => [.. StepPlan.Training(run, Settings(8, seed: seed), 1, Pictures).Select(r => r.Seed)];

        Seeds(Guid.NewGuid(), 7).ShouldBe(Seeds(Run, 7));
        Seeds(Run, 8).ShouldNotBe(Seeds(Run, 7));
        Seeds(Run, 7).ShouldAllBe(seed => seed >= 0 && seed < 1L << 53);
    }

    [Fact]
    public void An_evaluation_asks_for_one_caption_of_each_picture_with_seeds_that_do_not_depend_on_the_version()
    {
        var first = StepPlan.Evaluation(Run, Settings(8), 0, "heldout", DecodingMode.Sample, Pictures);
        var second = StepPlan.Evaluation(Run, Settings(8), 20, "heldout", DecodingMode.Sample, Pictures);

        first.Select(request => request.PictureSha256).ShouldBe(Pictures);
        second.Select(request => request.Seed).ShouldBe(first.Select(request => request.Seed));
        second.Select(request => request.CaptionId).ShouldNotBe(first.Select(request => request.CaptionId));
    }

    [Fact]
    public void A_step_is_cut_into_the_same_commands_whatever_the_order_of_the_rewards()
    {
        var settings = Settings(batch: 10);
        var opened = new StepOpened(Run, 0, new PolicyRef(0, settings.Captioner), StepPlan.Training(Run, settings, 0, Pictures));
        var reversed = settings with { Rewards = settings.Rewards.Reverse().ToDictionary() };

        var work = Work.Of(opened, settings);

        work.Commands.Select(command => command.Captions.Count).ShouldBe([4, 4, 2]);
        work.Captions.ShouldBe(opened.Captions);
        work.Commands[0].Rewards.ShouldBe(["alpha", "zeta"]);
        Work.Of(opened, reversed).Commands[0].Rewards.ShouldBe(["alpha", "zeta"]);
    }

    [Fact]
    public void Self_critical_steps_have_the_first_caption_of_each_picture_written_greedily_and_the_others_sampled()
    {
        var settings = Settings(batch: 12, samples: 3) with { Ppo = new() { Advantage = AdvantageEstimator.Scst } };
        var opened = new StepOpened(Run, 0, new PolicyRef(0, settings.Captioner), StepPlan.Training(Run, settings, 0, Pictures));

        var commands = Work.Of(opened, settings).Commands;

        CaptionRequest[] Of(DecodingMode mode) => [.. commands.Where(command => command.Decoding.Mode == mode).SelectMany(command => command.Captions)];
        Of(DecodingMode.Greedy).ShouldBe(opened.Captions.Where(caption => caption.Sample == 0));
        Of(DecodingMode.Sample).ShouldBe(opened.Captions.Where(caption => caption.Sample > 0));
        Of(DecodingMode.Greedy).Select(caption => caption.PictureSha256).ShouldBe(opened.Captions.Select(caption => caption.PictureSha256).Distinct());
    }
}
