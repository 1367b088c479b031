using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Pipeline.Projections.Figures;
using Pipeline.Studio.Run;

namespace Pipeline.Studio.Tests.Run;

public sealed class FigureSeriesTests
{
    public sealed record Curve(double[] Values, int Points);

    public static class Curves
    {
        public static Arbitrary<Curve> Any() => Arb.From(
            from values in Gen.NonEmptyListOf(Gen.Frequency(
                (4, Gen.Choose(-1000, 1000).Select(number => number / 8.0)), (1, Gen.Constant(double.NaN))))
            from points in Gen.Choose(1, 20)
            select new Curve([.. values], points));
    }

    [Fact]
    public void A_curve_of_few_steps_is_every_step()
    {
        var series = Of(MadeUp.Table(("objective/kl", [1, 2, double.NaN])), points: 10);

        series.Steps.ShouldBe([1, 2, 3]);
        series.Captions.ShouldBe([4, 8, 12]);
        series.Seconds.ShouldBe([10, 20, 30]);
        series.Figures["objective/kl"].Mean.ShouldBe([1, 2, null]);
        series.Figures["objective/kl"].Min.ShouldBeNull("a point is a step: there is no band");
        series.Figures["objective/kl"].Max.ShouldBeNull();
    }

    [Fact]
    public void A_point_of_several_steps_has_their_mean_and_their_smallest_and_largest_value_and_the_last_one_ends_where_the_run_is()
    {
        var series = Of(MadeUp.Table(("objective/kl", [1, 2, 6, 4, double.NaN, double.NaN, 9])), points: 3);

        series.Steps.ShouldBe([2, 4, 7]);
        series.LastStep.ShouldBe(7);
        series.Captions.ShouldBe([8, 16, 28], "captions of all steps until then, also of those between points");
        series.Figures["objective/kl"].Mean.ShouldBe([1.5, 5, 9]);
        series.Figures["objective/kl"].Min.ShouldBe([1, 4, 9]);
        series.Figures["objective/kl"].Max.ShouldBe([2, 6, 9]);
    }

    [Fact]
    public void A_point_none_of_whose_steps_has_the_figure_is_a_gap() =>
        Of(MadeUp.Table(("importance/ess", [double.NaN, double.NaN, 3, 3])), points: 2).Figures["importance/ess"].Mean.ShouldBe([null, 3]);

    [Fact]
    public void A_run_without_steps_has_curves_without_points()
    {
        var series = Of(MadeUp.Table(), points: 5);
        series.Steps.ShouldBeEmpty();
        series.LastStep.ShouldBe(0);
        series.Figures["reward"].Mean.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_learned_from_is_the_rewards_in_their_weights_without_those_that_are_only_recorded()
    {
        var table = MadeUp.Table(("reward/blip/mean", [0.5, 0.75]), ("reward/vgg/mean", [1, 2]), ("reward/oracle/mean", [100, 100]));
        var series = Of(table, 10, MadeUp.Settings(("blip", 2), ("vgg", 0.5), ("oracle", 0)));
        series.Figures["reward"].Mean.ShouldBe([1.5, 2.5]);
    }

    [Fact]
    public void Without_a_reward_that_is_trained_on_there_is_no_sum_of_the_others()
    {
        var settings = MadeUp.Settings(("blip", 2), ("vgg", 0.5));
        Of(MadeUp.Table(("reward/blip/mean", [0.5, 0.75])), 10, settings).Figures["reward"].Mean.ShouldBe([null, null]);
        Of(MadeUp.Table(("reward/blip/mean", [0.5, 0.75]), ("reward/vgg/mean", [double.NaN, 2])), 10, settings).Figures["reward"].Mean.ShouldBe([null, 2.5]);
    }

    [Fact]
    public void A_steps_time_is_from_its_opening_to_its_version_and_the_pace_begins_with_the_second_step()
    {
        var series = Of(MadeUp.Table(("objective/kl", [1, 2])), 10);
        series.Figures["time/step"].Mean.ShouldBe([9000, 9000]);
        series.Figures["captions_per_second"].Mean.ShouldBe([null, 0.4]);
    }

    [Fact]
    public void An_evaluations_figures_stand_at_the_version_that_they_measured_under_split_decoding_and_name()
    {
        EvaluationFigures Evaluation(int version, DecodingMode mode, double blip) => new(
            version, "heldout", mode, MadeUp.Started.AddSeconds(version), new Dictionary<string, RewardSummary> { ["blip"] = new(1, blip, 0, new Dictionary<string, double>()) },
            5, new Dictionary<string, double> { ["cider_d"] = 0.25 });
        var table = MadeUp.Table(("objective/kl", [1, 2])) with
        {
            Evaluations = [Evaluation(2, DecodingMode.Greedy, 0.75), Evaluation(0, DecodingMode.Greedy, 0.5), Evaluation(2, DecodingMode.Sample, 0.25)],
        };
        var series = Of(table, 10, MadeUp.Settings(("blip", 2)));

        var greedy = series.Evaluations["heldout/greedy/blip"];
        greedy.Steps.ShouldBe([0, 2]);
        greedy.Captions.ShouldBe([0, 8]);
        greedy.Values.ShouldBe([0.5, 0.75]);
        series.Evaluations["heldout/greedy/reward"].Values.ShouldBe([1, 1.5]);
        series.Evaluations["heldout/greedy/cider_d"].Values.ShouldBe([0.25, 0.25]);
        series.Evaluations["heldout/sample/tokens"].Values.ShouldBe([5]);
    }

    [Property(Arbitrary = [typeof(Curves)])]
    public void Means_lie_between_the_smallest_and_the_largest_value(Curve curve)
    {
        var figure = Of(MadeUp.Table(("x", curve.Values)), curve.Points).Figures["x"];
        if (figure.Min is null) return;
        for (var i = 0; i < figure.Mean.Length; i++)
        {
            (figure.Mean[i] is null).ShouldBe(figure.Min[i] is null);
            if (figure.Mean[i] is not { } mean) continue;
            mean.ShouldBeGreaterThanOrEqualTo(figure.Min[i]!.Value - 1e-9);
            mean.ShouldBeLessThanOrEqualTo(figure.Max![i]!.Value + 1e-9);
        }
    }

    /// <summary>Each step has a weight of its own: sums of points can only be the whole when none is left out or counted twice.</summary>
    [Property(Arbitrary = [typeof(Curves)])]
    public void Every_step_is_in_exactly_one_point(Curve curve)
    {
        double[] weights = [.. curve.Values.Select((_, i) => (double)(1 + i))];
        var series = Of(MadeUp.Table(("x", weights)), curve.Points);

        var ends = series.Steps.Prepend(0).ToArray();
        for (var i = 1; i < ends.Length; i++)
        {
            ends[i].ShouldBeGreaterThan(ends[i - 1], "no point is empty");
            series.Figures["x"].Mean[i - 1]!.Value.ShouldBe(weights[ends[i - 1]..ends[i]].Average(), 1e-9);
        }
        ends.Length.ShouldBe(1 + Math.Min(curve.Points, weights.Length));
        ends[^1].ShouldBe(weights.Length);
    }

    static FigureSeries Of(RunFigureTable table, int points, RunSettings? settings = null) =>
        FigureSeries.Of(table.RunId, MadeUp.Started, settings ?? MadeUp.Settings(("blip", 1)), table, points);
}
