using System.Text.Json;

namespace Pipeline.Contracts.Tests.Settings;

public sealed class SettingsTests
{
    static readonly string Hash = new('a', 64);

    static readonly RunSettings Valid = new()
    {
        Captioner = Hash, TrainPictures = Hash, Rewards = new Dictionary<string, double> { ["blip"] = 1 },
    };

    [Fact]
    public void Settings_survive_writing_and_reading()
    {
        var settings = Presets.Tiny(Valid) with { HeldOutPictures = Hash, Name = "a name" };
        var json = JsonSerializer.Serialize(settings, ContractJson.Strict);
        JsonSerializer.Serialize(SettingsFile.Parse(json), ContractJson.Strict).ShouldBe(json);
    }

    [Fact]
    public void A_file_may_have_comments_and_leave_out_what_the_defaults_say()
    {
        var settings = SettingsFile.Parse(
            """
            { // my run
              "steps": 7, "rewards": { "vgg": 0.5 },
              "ppo": { "klEstimator": "k3", },
            }
            """, Presets.Tiny(Valid));
        settings.Steps.ShouldBe(7);
        settings.Captioner.ShouldBe(Hash);
        settings.Rewards.ShouldHaveSingleItem().Key.ShouldBe("vgg");
        settings.Ppo.ShouldBe(Presets.Tiny(Valid).Ppo with { KlEstimator = KlEstimator.K3 });
    }

    [Theory]
    [InlineData("""{ "stepz": 3 }""", "stepz", "steps")]
    [InlineData("""{ "Steps": 3 }""", "Steps", "steps")]
    [InlineData("""{ "ppo": { "learningrate": 3 } }""", "ppo.learningrate", "ppo.learningRate")]
    [InlineData("""{ "ppo": { "clip": 3 } }""", "ppo.clip", "ppo.")]
    public void An_unknown_key_is_an_error_that_names_the_nearest_known_one(string json, string key, string nearest)
    {
        var problem = Should.Throw<SettingsException>(() => SettingsFile.Parse(json, Valid)).Problems.ShouldHaveSingleItem();
        problem.ShouldStartWith($"{key}: there is no such key");
        problem.ShouldContain($"the nearest is {nearest}");
    }

    [Theory]
    [InlineData("""{ "steps": "many" }""", "steps: the value is of the wrong kind; allowed: a whole number.")]
    [InlineData("""{ "steps": 1.5 }""", "steps: the value is of the wrong kind; allowed: a whole number.")]
    [InlineData("""{ "ppo": { "advantage": "gea" } }""", "ppo.advantage: the value is of the wrong kind; allowed: gae, rloo, grpo, scst.")]
    [InlineData("""{ "ppo": { "centreScores": 1 } }""", "ppo.centreScores: the value is of the wrong kind; allowed: true or false.")]
    [InlineData("""{ "rewards": { "blip": "high" } }""", "rewards.blip: the value is of the wrong kind; allowed: a number.")]
    [InlineData("""{ "ppo": null }""", "ppo: the value is of the wrong kind; allowed: an object.")]
    public void A_value_of_the_wrong_kind_is_an_error_that_names_the_key_and_what_is_allowed(string json, string problem) =>
        Should.Throw<SettingsException>(() => SettingsFile.Parse(json, Valid)).Problems.ShouldBe([problem]);

    [Fact]
    public void A_missing_required_key_is_named() =>
        Should.Throw<SettingsException>(() => SettingsFile.Parse("""{ "steps": 3 }""")).Message.ShouldContain("captioner");

    [Theory, InlineData("[]"), InlineData("{"), InlineData("null"), InlineData("""{ "steps": 1, "steps": 2 }""")]
    public void What_is_no_JSON_object_is_an_error(string json) => Should.Throw<SettingsException>(() => SettingsFile.Parse(json, Valid));

    [Fact]
    public void An_estimator_that_compares_captions_is_named_when_a_picture_has_only_one() =>
        RunSettingsValidator.Problems(Valid with { Ppo = Valid.Ppo with { Advantage = AdvantageEstimator.Scst } })
            .ShouldBe([$"samplesPerPicture: 1 is not allowed; allowed: a divisor of batchSize ({Valid.BatchSize}) from 2 on (SCST compares captions)."]);

    [Fact]
    public void Version_0_is_the_captioner_or_what_a_branch_begins_with()
    {
        var parent = new PolicyRef(3, new string('c', 64));
        Valid.VersionZero().ShouldBe(Valid.Captioner);
        (Valid with { Branch = new BranchSettings(Guid.Empty, parent, 3, Guid.Empty) }).VersionZero().ShouldBe(parent.Checkpoint);
    }

    public static TheoryData<string, RunSettings> OutOfRange()
    {
        TheoryData<string, RunSettings> data = [];
        void Run(string key, Func<RunSettings, RunSettings> change) => data.Add(key, change(Valid));
        void Ppo(string key, Func<PpoSettings, PpoSettings> change) => data.Add($"ppo.{key}", Valid with { Ppo = change(Valid.Ppo) });

        Run("name", s => s with { Name = "" });
        Run("captioner", s => s with { Captioner = Hash.ToUpperInvariant() });
        Run("trainPictures", s => s with { TrainPictures = "../x" });
        Run("heldOutPictures", s => s with { HeldOutPictures = "" });
        Run("rewards", s => s with { Rewards = new Dictionary<string, double> { ["blip"] = 0 } });
        Run("rewards.blip", s => s with { Rewards = new Dictionary<string, double> { ["blip"] = -1, ["vgg"] = 1 } });
        Run("steps", s => s with { Steps = 0 });
        Run("batchSize", s => s with { BatchSize = 0, Ppo = s.Ppo with { MiniBatches = 1 } });
        Run("samplesPerPicture", s => s with { SamplesPerPicture = 3 });
        Run("samplesPerPicture", s => s with { Ppo = s.Ppo with { Advantage = AdvantageEstimator.Rloo } });
        Run("samplesPerPicture", s => s with { Ppo = s.Ppo with { Advantage = AdvantageEstimator.Grpo } });
        Run("samplesPerPicture", s => s with { Ppo = s.Ppo with { Advantage = AdvantageEstimator.Scst } });
        Run("microBatch", s => s with { MicroBatch = 0 });
        Run("seed", s => s with { Seed = -1 });
        Run("seed", s => s with { Seed = 1L << 53 });
        Run("maxNewTokens", s => s with { MaxNewTokens = 0 });
        Run("temperature", s => s with { Temperature = 0 });
        Run("temperature", s => s with { Temperature = double.NaN });
        Run("temperature", s => s with { Temperature = double.PositiveInfinity });
        Run("maxStaleness", s => s with { MaxStaleness = -1 });
        var branch = new BranchSettings(Guid.Empty, new PolicyRef(1, Hash), 1, Guid.Empty);
        Run("branch.parent.checkpoint", s => s with { Branch = branch with { Parent = new PolicyRef(1, "none") } });
        Run("branch.firstStep", s => s with { Branch = branch with { FirstStep = -1 } });
        Run("maxStaleness", s => s with { Branch = branch, MaxStaleness = 1 });
        Run("rewards", s => s with { Branch = branch, Rewards = new Dictionary<string, double> { ["blip"] = 1, ["vgg"] = 1 } });
        Run("evaluateEvery", s => s with { EvaluateEvery = -1 });
        void Drawing(string key, Func<DrawingSettings, DrawingSettings> change) => data.Add(
            $"drawing.{key}", Valid with { Drawing = change(new DrawingSettings { Rewards = ["blip"] }) });

        Drawing("rewards", d => d with { Rewards = [] });
        Drawing("rewards", d => d with { Rewards = ["vgg"] });
        Drawing("samples", d => d with { Samples = 0 });
        Drawing("samples", d => d with { Samples = 65 });
        Drawing("standardErrorBound", d => d with { StandardErrorBound = -1 });
        Drawing("microBatch", d => d with { MicroBatch = 0 });
        Drawing("scheduler", d => d with { Scheduler = "heun" });
        Drawing("steps", d => d with { Steps = 0 });
        Drawing("guidance", d => d with { Guidance = 0.5 });
        Drawing("guidance", d => d with { Guidance = double.NaN });
        Drawing("size", d => d with { Size = 7 });
        Ppo("learningRate", p => p with { LearningRate = 0 });
        Ppo("valueLearningRate", p => p with { ValueLearningRate = double.NaN });
        Ppo("warmupSteps", p => p with { WarmupSteps = 101 });
        Ppo("adamBeta1", p => p with { AdamBeta1 = 1 });
        Ppo("adamBeta2", p => p with { AdamBeta2 = 1 });
        Ppo("adamEpsilon", p => p with { AdamEpsilon = 0 });
        Ppo("weightDecay", p => p with { WeightDecay = -1 });
        Ppo("maxGradNorm", p => p with { MaxGradNorm = -1 });
        Ppo("epochs", p => p with { Epochs = 0 });
        Ppo("miniBatches", p => p with { MiniBatches = 41 });
        Ppo("gradientAccumulation", p => p with { GradientAccumulation = 21 });
        Ppo("unfrozenLayers", p => p with { UnfrozenLayers = -2 });
        Ppo("unfrozenLayers", p => p with { UnfrozenLayers = 0 });
        Ppo("gamma", p => p with { Gamma = 1.01 });
        Ppo("lambda", p => p with { Lambda = -0.1 });
        Ppo("clipRange", p => p with { ClipRange = 0 });
        Ppo("valueClipRange", p => p with { ValueClipRange = -1 });
        Ppo("valueCoefficient", p => p with { ValueCoefficient = -1 });
        Ppo("entropyCoefficient", p => p with { EntropyCoefficient = -1 });
        Ppo("targetKl", p => p with { TargetKl = -1 });
        Ppo("ratioThreshold", p => p with { RatioThreshold = 1 });
        Ppo("importanceWeightCap", p => p with { ImportanceWeightCap = 0.5 });
        Ppo("klCoefficient", p => p with { KlCoefficient = -1 });
        Ppo("adaptiveKlTarget", p => p with { AdaptiveKlTarget = -1 });
        Ppo("adaptiveKlHorizon", p => p with { AdaptiveKlHorizon = 39 });
        Ppo("scoreScale", p => p with { ScoreScale = 0 });
        Ppo("scoreClip", p => p with { ScoreClip = -1 });
        return data;
    }

    [Theory, MemberData(nameof(OutOfRange))]
    public void A_value_out_of_range_is_an_error_that_names_the_key_and_the_range(string key, RunSettings settings)
    {
        var problem = RunSettingsValidator.Problems(settings).ShouldHaveSingleItem();
        problem.ShouldStartWith($"{key}: ");
        problem.ShouldContain("allowed: ");
        Should.Throw<SettingsException>(() => RunSettingsValidator.Validate(settings)).Problems.ShouldBe([problem]);
    }

    [Fact]
    public void Every_number_of_the_settings_has_a_range()
    {
        var covered = OutOfRange().Select(row => row.Data.Item1).ToHashSet();
        foreach (var (type, prefix) in new[] { (typeof(RunSettings), ""), (typeof(DrawingSettings), "drawing."), (typeof(PpoSettings), "ppo.") })
        {
            Type[] numbers = [typeof(int), typeof(long), typeof(double), typeof(int?), typeof(double?)];
            foreach (var property in type.GetProperties().Where(property => numbers.Contains(property.PropertyType)))
                covered.ShouldContain(prefix + JsonNamingPolicy.CamelCase.ConvertName(property.Name));
        }
    }

    [Fact]
    public void Every_problem_is_listed()
    {
        var problems = RunSettingsValidator.Problems(Valid with { Steps = 0, Temperature = -1, Ppo = new() { Epochs = 0 } });
        problems.Select(problem => problem.Split(':')[0]).ShouldBe(["steps", "temperature", "ppo.epochs"]);
    }

    [Fact]
    public void Every_preset_is_valid_and_keeps_what_a_run_learns_from()
    {
        foreach (var name in Presets.Names)
        {
            var settings = Presets.Apply(name, Valid);
            RunSettingsValidator.Problems(settings).ShouldBeEmpty(name);
            settings.Rewards.ShouldBe(Valid.Rewards, name);
            settings.Captioner.ShouldBe(Valid.Captioner, name);
        }

        Presets.Names.ShouldBe(["paper-retrieval", "paper-diffusion", "tiny", "tiny-diffusion"], ignoreOrder: true);
    }

    [Fact]
    public void An_unknown_preset_is_an_error_that_lists_the_known_ones() =>
        Should.Throw<SettingsException>(() => Presets.Apply("tinny", Valid)).Message
            .ShouldContain("paper-retrieval, paper-diffusion, tiny");

    [Fact]
    public void The_presets_hold_the_papers_and_the_tiny_worlds_figures()
    {
        var retrieval = Presets.Apply("paper-retrieval", Valid);
        (retrieval.Ppo.LearningRate, retrieval.Ppo.KlCoefficient, retrieval.MaxNewTokens, retrieval.Temperature)
            .ShouldBe((3e-6, 0.2, 20, 1.0));
        var diffusion = Presets.Apply("paper-diffusion", Valid);
        (diffusion.Ppo.LearningRate, diffusion.BatchSize, diffusion.Ppo.Epochs, diffusion.Ppo.MiniBatches).ShouldBe((1e-6, 10, 1, 1));
        var tiny = Presets.Apply("tiny", Valid);
        (tiny.BatchSize, tiny.Ppo.LearningRate, tiny.Ppo.ValueLearningRate, tiny.Ppo.Epochs, tiny.Ppo.MiniBatches, tiny.Ppo.ScoreScale)
            .ShouldBe((40, 2e-4, 1e-3, 2, 4, 10.0));
    }

    [Fact]
    public void Settings_without_drawing_say_nothing_about_it_so_that_old_runs_keep_their_hashes()
    {
        var canonical = System.Text.Encoding.UTF8.GetString(CanonicalJson.Serialize(Valid));

        canonical.ShouldNotContain("drawing");
        System.Text.Encoding.UTF8.GetString(CanonicalJson.Serialize(Valid with { Drawing = new() { Rewards = ["blip"] } }))
            .ShouldContain("""
                "drawing":{"microBatch":1,"negativePrompt":"","rewards":["blip"],"samples":5,"standardErrorBound":0}
                """.Trim());
    }

    [Fact]
    public void Drawing_settings_in_a_file_are_merged_and_their_unknown_keys_are_named()
    {
        var drawing = Valid with { Drawing = new() { Rewards = ["blip"], Guidance = 3 } };

        var merged = SettingsFile.Parse("""{ "drawing": { "samples": 2 } }""", drawing).Drawing!;
        (merged.Samples, merged.Guidance, merged.Rewards.Single()).ShouldBe((2, 3, "blip"));
        Should.Throw<SettingsException>(() => SettingsFile.Parse("""{ "drawing": { "sample": 2 } }""", drawing)).Message
            .ShouldContain("drawing.samples");
    }
}
