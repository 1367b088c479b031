using Pipeline.Contracts;
using Pipeline.Learning.UpdatePolicy;

namespace Pipeline.Learning.Tests.UpdatePolicy;

public sealed class ScoreNormaliserTests
{
    static readonly Dictionary<string, double> Weights = new() { ["a"] = 2, ["b"] = 0.5, ["unused"] = 0 };
    static readonly Dictionary<string, RewardMoments> None = [];

    [Fact]
    public void The_centre_is_the_mean_of_the_first_step_and_stays()
    {
        var normaliser = new ScoreNormaliser(Weights, new() { ScoreScale = 10 }, None);
        var first = normaliser.Observe(Captions(0, (1, 5), (3, 7)));
        first["a"].ShouldBe(new RewardNormalisation(2, 2, 10));
        first["b"].ShouldBe(new RewardNormalisation(0.5, 6, 10));
        normaliser.Observe(Captions(1, (9, 9), (9, 9)))["a"].Centre.ShouldBe(2);
    }

    [Fact]
    public void The_running_deviation_is_that_of_all_scores_so_far_also_after_a_restart()
    {
        var settings = new PpoSettings { ScaleByRunningStd = true, ScoreScale = 3 };
        var before = new ScoreNormaliser(Weights, settings, None);
        before.Observe(Captions(0, (1, 0), (3, 0), (8, 0)));
        var after = new ScoreNormaliser(Weights, settings, before.Moments);
        var scale = after.Observe(Captions(1, (2, 0), (6, 0)))["a"].Scale;

        double[] all = [1, 3, 8, 2, 6];
        var deviation = Math.Sqrt(all.Sum(score => Math.Pow(score - all.Average(), 2)) / 4);
        scale.ShouldBe(3 / deviation, 1e-12);
        after.Moments["a"].Mean.ShouldBe(4, 1e-12);
    }

    [Fact]
    public void Scores_that_are_all_alike_are_not_divided_by_their_deviation() =>
        new ScoreNormaliser(Weights, new() { ScaleByRunningStd = true }, None).Observe(Captions(0, (4, 4), (4, 4)))["a"].Scale.ShouldBe(1);

    [Fact]
    public void Without_centring_nothing_is_subtracted() =>
        new ScoreNormaliser(Weights, new() { CentreScores = false }, None).Observe(Captions(0, (4, 4), (6, 6)))["a"].Centre.ShouldBe(0);

    [Fact]
    public void Each_reward_is_clipped_before_it_is_weighted()
    {
        var normalisations = new Dictionary<string, RewardNormalisation> { ["a"] = new(2, 1, 10), ["b"] = new(0.5, 0, 1) };
        var scores = new Dictionary<string, double> { ["a"] = 1.5, ["b"] = -0.25 };
        ScoreNormaliser.Score(scores, normalisations, clip: 0).ShouldBe(2 * 5 - 0.125);
        ScoreNormaliser.Score(scores, normalisations, clip: 3).ShouldBe(2 * 3 - 0.125);
    }

    [Fact]
    public void A_missing_score_leaves_no_trace()
    {
        var normaliser = new ScoreNormaliser(Weights, new(), None);
        var captions = Captions(0, (1, 1), (2, 2)).ToList();
        captions[1] = captions[1] with { Scores = new Dictionary<string, double> { ["a"] = 2 } };
        Should.Throw<InvalidOperationException>(() => normaliser.Observe(captions)).Message.ShouldContain("no score of reward b");
        normaliser.Moments.ShouldBeEmpty();
    }

    static IReadOnlyList<LearningCaption> Captions(int version, params (double A, double B)[] scores) =>
        [.. scores.Select(score => new LearningCaption(
            Guid.Empty, "picture", [0], [-1f], new Dictionary<string, double> { ["a"] = score.A, ["b"] = score.B }, 1, version))];
}
