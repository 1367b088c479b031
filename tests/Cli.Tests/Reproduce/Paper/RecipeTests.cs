using System.Text;
using Pipeline.Cli.Reproduce.Paper.Plan;
using Pipeline.Contracts;

namespace Pipeline.Cli.Tests.Reproduce.Paper;

public sealed class RecipeTests
{
    static readonly Ingredients With = new(new('a', 64), new('b', 64), "blip", "vgg", ["oracle"]);

    static RunSettings Settings(Recipe recipe, Experiment experiment, long seed = 1) => recipe.Settings(experiment, seed, With, new('c', 64));

    static string Key(RunSettings settings) => Encoding.UTF8.GetString(CanonicalJson.Serialize(settings));

    [Theory]
    [InlineData("tiny")]
    [InlineData("full")]
    public void Every_experiment_of_either_pack_can_run(string pack)
    {
        var recipe = pack == "tiny" ? Recipe.Tiny : Recipe.Full;
        foreach (var experiment in Section.All.SelectMany(section => section.Experiments))
            RunSettingsValidator.Problems(Settings(recipe, experiment)).ShouldBeEmpty($"{experiment}");
    }

    [Fact]
    public void The_published_models_run_with_the_papers_settings()
    {
        var retrieval = Settings(Recipe.Full, new(Signal.Retrieval, 8));
        (retrieval.Steps, retrieval.Ppo.KlCoefficient, retrieval.Ppo.LearningRate, retrieval.MaxNewTokens).ShouldBe((300, 0.2, 3e-6, 20));
        var diffusion = Settings(Recipe.Full, new(Signal.Diffusion, 8));
        (diffusion.BatchSize, diffusion.Ppo.Epochs, diffusion.Ppo.LearningRate, diffusion.Drawing!.Samples).ShouldBe((10, 1, 1e-6, 5));
        Settings(Recipe.Full, new(Signal.Retrieval, 128)).Steps.ShouldBe(16);
    }

    [Fact]
    public void What_the_embedded_packs_sections_have_in_common_is_run_once()
    {
        var table = Key(Settings(Recipe.Tiny, new(Signal.Retrieval, 8)));
        Key(Settings(Recipe.Tiny, new(Signal.Retrieval, 8, Estimator: AdvantageEstimator.Gae))).ShouldBe(table);

        Section.All.SelectMany(section => section.Experiments).Select(experiment => Key(Settings(Recipe.Tiny, experiment))).Distinct().Count()
            .ShouldBe(6 + 4 + 3);
    }

    [Fact]
    public void Estimators_differ_in_nothing_but_the_advantage_and_draw_equally_many_captions()
    {
        var all = Enum.GetValues<AdvantageEstimator>().Select(estimator => Settings(Recipe.Tiny, new(Signal.Retrieval, 8, Estimator: estimator))).ToArray();

        all.Select(settings => Key(settings with { Ppo = settings.Ppo with { Advantage = AdvantageEstimator.Gae } })).Distinct().Count().ShouldBe(1);
        all.Select(settings => settings.Ppo.Advantage).ShouldBe(Enum.GetValues<AdvantageEstimator>());
    }

    [Fact]
    public void A_coefficient_that_is_asked_for_stays_as_it_is() =>
        Settings(Recipe.Full, new(Signal.Retrieval, 8, KlCoefficient: 0)).Ppo.AdaptiveKlTarget.ShouldBe(0);

    [Fact]
    public void The_reward_that_is_not_learned_from_is_recorded_where_that_costs_no_drawing()
    {
        Settings(Recipe.Tiny, new(Signal.Diffusion, 8)).Rewards.ShouldBe(
            new Dictionary<string, double> { ["vgg"] = 1, ["blip"] = 0, ["oracle"] = 0 }, ignoreOrder: true);
        Settings(Recipe.Tiny, new(Signal.Retrieval, 8)).Rewards.ShouldBe(
            new Dictionary<string, double> { ["blip"] = 1, ["oracle"] = 0 }, ignoreOrder: true);
    }
}
