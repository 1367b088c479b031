using Pipeline.Cli.Statistics;

namespace Pipeline.Cli.Tests.Statistics;

public sealed class EstimatorStudyTests
{
    /// <summary>
    /// Two captions with samples 0, 2 and 10, 14: variances within 2 and 8, so 5 on average; means 1 and 12, whose variance 60.5 has 5/2 of
    /// sampling in it.
    /// </summary>
    [Fact]
    public void Variance_is_split_into_what_is_between_captions_and_what_is_chance()
    {
        var study = EstimatorStudy.Of([[0, 2], [10, 14]], seed: 1);

        (study.Captions, study.Within, study.Between).ShouldBe((2, 5, 58));
        study.Qualities.Select(quality => quality.Samples).ShouldBe([1, 2]);
        study.Qualities[0].StandardDeviation.ShouldBe(Math.Sqrt(5), 1e-12);
        study.Qualities[1].StandardDeviation.ShouldBe(Math.Sqrt(2.5), 1e-12);
        study.Qualities[0].Reliability.ShouldBe(58 / 63.0, 1e-12);
        study.Qualities[1].Reliability.ShouldBe(58 / 60.5, 1e-12);
    }

    [Fact]
    public void Single_samples_vary_as_measured_exactly_as_by_theory_and_what_cannot_be_measured_is_not_claimed()
    {
        var study = EstimatorStudy.Of([[0, 2, 7, 3], [10, 14, 8, 8]], seed: 1);

        study.Qualities[0].Measured!.Value.ShouldBe(study.Qualities[0].StandardDeviation, 1e-12);
        study.Qualities.Select(quality => quality.Measured is not null).ShouldBe([true, true, false, false]);
        study.Qualities.Select(quality => quality.RankAgreement is not null).ShouldBe([true, true, true, false]);
    }

    /// <summary>400 captions, true scores and samples both with variance 1: it is measured what the theory of k samples says.</summary>
    [Fact]
    public void Measured_figures_follow_the_theory_on_samples_that_are_independent()
    {
        var random = new Random(7);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var scores = Enumerable.Range(0, 400).Select(_ => Normal())
            .Select(truth => (IReadOnlyList<double>)[.. Enumerable.Range(0, 8).Select(_ => truth + Normal())]).ToArray();

        var study = EstimatorStudy.Of(scores, seed: 1);

        study.Within.ShouldBe(1, 0.1);
        study.Between.ShouldBe(1, 0.2);
        foreach (var quality in study.Qualities)
        {
            quality.Reliability.ShouldBe(quality.Samples / (quality.Samples + 1.0), 0.05);
            if (quality.Measured is { } measured) measured.ShouldBe(1 / Math.Sqrt(quality.Samples), 0.05);
        }
        study.Qualities[3].RankAgreement!.Value.ShouldBe(0.8, 0.08); // two means of four: correlation 4 / 5
        study.Qualities[6].RankAgreement!.Value.ShouldBe(study.Qualities[0].RankAgreement!.Value, 0.02); // seven and one, one and seven
        foreach (var quality in study.Qualities.Take(7))
            quality.TrueRankAgreement!.Value.ShouldBe(Math.Sqrt(quality.Reliability), 0.06);
    }

    [Fact]
    public void The_same_samples_and_seed_give_the_same_figures()
    {
        double[][] scores = [[0, 2, 7, 3], [10, 14, 8, 8], [1, 1, 2, 1]];
        EstimatorStudy.Of(scores, 3).Qualities.ShouldBe(EstimatorStudy.Of(scores, 3).Qualities);
    }

    [Fact]
    public void Captions_that_all_have_one_score_are_told_apart_by_nothing() =>
        EstimatorStudy.Of([[1, 2], [1, 2]], 1).Qualities
            .ShouldAllBe(quality => quality.Reliability == 0 && quality.TrueRankAgreement == null);

    [Fact]
    public void Unequal_or_too_few_samples_are_refused()
    {
        Should.Throw<ArgumentException>(() => EstimatorStudy.Of([[1, 2]], 1));
        Should.Throw<ArgumentException>(() => EstimatorStudy.Of([[1], [2]], 1));
        Should.Throw<ArgumentException>(() => EstimatorStudy.Of([[1, 2], [1, 2, 3]], 1));
    }
}
