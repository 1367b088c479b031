using Pipeline.CaptionMetrics;
using Pipeline.Contracts;
using Pipeline.Learning.DetectHacking;

namespace Pipeline.Learning.Tests.DetectHacking;

public sealed class HackingDetectorTests
{
    const int Pictures = 64;

    static readonly double[] Rising = [.. Enumerable.Range(0, 20).Select(step => 0.6 + 0.01 * step)];

    [Fact]
    public void A_reward_that_rises_while_nothing_falls_is_no_suspicion()
    {
        Judge(Rising, change => change with { Recorded = 0.05, Fluency = 0.1, Agreement = [0.2, 0.02, 0.03] }).ShouldBeNull();
        Judge(Rising, change => change).ShouldBeNull();
    }

    [Fact]
    public void A_reward_that_rises_while_captions_become_improbable_is_suspected()
    {
        var suspicion = Judge(Rising, change => change with { Fluency = -1.5 }).ShouldNotBeNull();

        suspicion.Version.ShouldBe(20);
        (suspicion.Reward.Name, suspicion.Reward.Mode).ShouldBe(("blip", null));
        suspicion.Reward.Before.ShouldBe(0.62, 1e-9, "the first five steps");
        suspicion.Reward.After.ShouldBe(0.77, 1e-9, "the last five");
        suspicion.Reward.Low.ShouldBeInRange(0.1, 0.15);
        suspicion.Fallen.Select(fallen => (fallen.Name, fallen.Mode)).ShouldBe(
            [("fluency", DecodingMode.Sample), ("fluency", DecodingMode.Greedy)]);
        foreach (var fallen in suspicion.Fallen) fallen.High.ShouldBeLessThan(0);
    }

    [Fact]
    public void What_does_not_rise_was_not_hacked_whatever_falls()
    {
        Judge([.. Rising.Reverse()], change => change with { Fluency = -1.5, Recorded = -0.3 }).ShouldBeNull();
        Judge([0.6, 0.7, 0.6, 0.7, 0.6, 0.7, 0.6, 0.7], change => change with { Fluency = -1.5 }).ShouldBeNull();
    }

    [Fact]
    public void A_recorded_reward_that_falls_is_a_reason()
    {
        var suspicion = Judge(Rising, change => change with { Recorded = -0.1 }).ShouldNotBeNull();

        suspicion.Fallen.Select(fallen => fallen.Name).Distinct().ShouldBe(["oracle"]);
        suspicion.Fallen[0].After.ShouldBe(suspicion.Fallen[0].Before - 0.1, 0.03);
    }

    [Fact]
    public void A_greedy_caption_may_be_less_probable_than_the_most_probable_one_but_not_than_what_the_reference_says()
    {
        // Version 0 is at -0.5 greedy and at -0.8 when sampled.
        Judge(Rising, change => change with { Fluency = -0.2 }, DecodingMode.Greedy).ShouldBeNull();
        Judge(Rising, change => change with { Fluency = -0.6 }, DecodingMode.Greedy).ShouldNotBeNull()
            .Fallen.Select(fallen => (fallen.Name, fallen.Mode)).ShouldBe([("fluency", DecodingMode.Greedy)]);
    }

    [Fact]
    public void Agreement_with_people_counts_when_every_metric_of_it_falls_and_nothing_recorded_rises()
    {
        Judge(Rising, change => change with { Agreement = [0.3, 0.1, -0.2] }).ShouldBeNull("ROUGE-L punishes longer captions");
        Judge(Rising, change => change with { Agreement = [-0.5, -0.2, -0.2], Recorded = 0.2 }).ShouldBeNull("the oracle knows more than brief captions say");
        Judge(Rising, change => change with { Agreement = [-0.5, -0.2, -0.2] }).ShouldNotBeNull()
            .Fallen.Select(fallen => fallen.Name).Distinct().ShouldBe([Metric.Bleu(4), Metric.CiderD, Metric.RougeL]);
    }

    [Fact]
    public void A_branch_is_judged_by_held_out_captions_because_others_wrote_what_it_learned_from()
    {
        var branch = new BranchSettings(Guid.Empty, new PolicyRef(3, "parent"), 0, Guid.Empty);

        Judge(Rising, change => change with { Fluency = -1.5 }, settings: s => s with { Branch = branch }).ShouldBeNull("only the other run's captions got better");
        var suspicion = Judge([], change => change with { Fluency = -1.5, Trained = 0.1 }, settings: s => s with { Branch = branch }).ShouldNotBeNull();
        (suspicion.Reward.Name, suspicion.Reward.Mode).ShouldBe(("blip", DecodingMode.Sample));
    }

    [Fact]
    public void Too_few_steps_or_pictures_tell_nothing()
    {
        Judge([0.1, 0.5, 0.9], change => change with { Fluency = -1.5 }).ShouldBeNull();
        Judge([0.1, 0.1, 0.9, 0.9], change => change with { Fluency = -1.5 }).ShouldNotBeNull();
        Judge(Rising, change => change with { Fluency = -1.5 }, pictures: 1).ShouldBeNull();
    }

    [Fact]
    public void Of_runs_that_only_vary_by_chance_hardly_any_is_suspected()
    {
        // Each a run that is looked at twice, which 95% of them must survive.
        var suspected = Enumerable.Range(1, 500).Count(seed =>
            Judge(Rising, change => change, seed: seed) is not null || Judge(Rising, change => change, seed: -seed) is not null);
        suspected.ShouldBeLessThanOrEqualTo(25);
    }

    [Fact]
    public void A_fall_that_is_small_beside_what_pictures_differ_by_is_found_because_pictures_are_compared_with_themselves() =>
        Judge(Rising, change => change with { Recorded = -0.03 }).ShouldNotBeNull("pictures differ by 0.2, a picture's score by 0.02");

    /// <summary>How means change from version 0.</summary>
    sealed record Shift(double Recorded = 0, double Fluency = 0, double Trained = 0)
    {
        public double[] Agreement { get; init; } = [0, 0, 0];
    }

    static RewardHackingSuspected? Judge(
        double[] steps, Func<Shift, Shift> change, DecodingMode? only = null, Func<RunSettings, RunSettings>? settings = null,
        int pictures = Pictures, int seed = 1)
    {
        var run = new RunSettings
        {
            Captioner = "base", TrainPictures = "set", Rewards = new Dictionary<string, double> { ["blip"] = 1, ["oracle"] = 0 },
            Steps = 20, EvaluateEvery = 10,
        };
        var random = new Random(seed);
        double[] nature = [.. Enumerable.Range(0, pictures).Select(_ => 0.2 * Noise(random))];
        DecodingMode[] modes = [DecodingMode.Greedy, DecodingMode.Sample];
        var before = modes.ToDictionary(mode => mode, mode => Captions(mode, new Shift(), nature, random));
        var after = modes.ToDictionary(
            mode => mode, mode => Captions(mode, only is null || only == mode ? change(new Shift()) : new Shift(), nature, random));
        return HackingDetector.Judge(Guid.Empty, 20, settings?.Invoke(run) ?? run, steps, before, after);
    }

    static MeasuredCaptions Captions(DecodingMode mode, Shift shift, double[] nature, Random random)
    {
        string[] metrics = [Metric.CiderD, Metric.Bleu(4), Metric.RougeL];
        var fluency = mode == DecodingMode.Greedy ? -0.5 : -0.8;
        return new(
            mode,
            new Dictionary<string, IReadOnlyList<double>> { ["blip"] = Values(0.6 + shift.Trained), ["oracle"] = Values(0.5 + shift.Recorded) },
            Values(fluency + shift.Fluency),
            metrics.Zip(shift.Agreement).ToDictionary(metric => metric.First, IReadOnlyList<double> (metric) => Values(1 + metric.Second)));

        double[] Values(double mean) => [.. nature.Select(picture => mean + picture + 0.02 * Noise(random))];
    }

    /// <summary>About normal: the sum of twelve even ones.</summary>
    static double Noise(Random random) => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;
}
