using Pipeline.Studio.Run;

namespace Pipeline.Studio.Tests.Run;

public sealed class ChartPlanTests
{
    [Fact]
    public void A_run_with_one_reward_and_no_held_out_pictures_has_no_charts_of_either()
    {
        var titles = Titles(["objective/kl", "reward/blip/mean"], ["blip"], isEvaluated: false);
        titles.ShouldBe(["Reward", "KL to the reference", "Time by stage", "Pace"]);
    }

    [Fact]
    public void Several_rewards_and_held_out_pictures_have_charts_of_their_own()
    {
        var charts = Chart.Of(["objective/kl"], ["vgg", "blip"], isEvaluated: true);
        charts.Single(chart => chart.Title == "Held out, greedy, each reward").Figures.ShouldBe(["heldout/greedy/blip", "heldout/greedy/vgg"]);
        charts.Where(chart => chart.IsEvaluation).Select(chart => chart.Name)
            .ShouldBe(["held-out", "held-out-greedy-each-reward", "perplexity-held-out"]);
    }

    [Fact]
    public void A_figure_that_the_run_does_not_have_has_no_chart()
    {
        Titles(["importance/ess"], ["blip"], false).ShouldContain("Effective sample size");
        Titles(["objective/kl"], ["blip"], false).ShouldNotContain("Effective sample size");
    }

    [Theory]
    [InlineData(AdvantageEstimator.Gae, true)]
    [InlineData(AdvantageEstimator.Rloo, false)]
    public void A_run_without_steps_has_the_charts_that_its_settings_promise(AdvantageEstimator estimator, bool hasValues)
    {
        var settings = MadeUp.Run().Settings;
        settings = settings with { Ppo = settings.Ppo with { Advantage = estimator }, Drawing = null };
        var expected = Chart.Expected(settings);
        expected.Contains("value/explained_variance").ShouldBe(hasValues);
        expected.ShouldNotContain("time/render");
        Chart.Of(expected, ["blip"], false).Single(chart => chart.Title == "Time by stage").Figures.ShouldContain("time/sample");
        Chart.Expected(settings with { Drawing = new() { Rewards = ["vgg"] } }).ShouldContain("time/render");
    }

    [Fact]
    public void Times_of_all_stages_are_in_one_chart() =>
        Chart.Of(["time/update", "objective/kl", "time/reference"], ["blip"], false).Single(chart => chart.Title == "Time by stage").Figures
            .ShouldBe(["time/update", "time/reference", "time/step"]);

    [Fact]
    public void Names_of_charts_are_names_of_files_and_no_two_are_the_same()
    {
        var names = Chart.Of([.. Chart.Expected(MadeUp.Run().Settings), "importance/ess"], ["a", "b"], true).Select(chart => chart.Name).ToArray();
        names.ShouldBeUnique();
        names.ShouldAllBe(name => name.All(letter => char.IsAsciiLetterLower(letter) || letter == '-'));
    }

    static string[] Titles(IReadOnlyList<string> names, IReadOnlyList<string> rewards, bool isEvaluated) =>
        [.. Chart.Of(names, rewards, isEvaluated).Select(chart => chart.Title)];
}
