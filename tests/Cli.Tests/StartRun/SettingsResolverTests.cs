using Pipeline.Contracts;

namespace Pipeline.Cli.Tests.StartRun;

public sealed class SettingsResolverTests
{
    static readonly string Captioner = new('c', 64);
    static readonly string Pictures = new('d', 64);

    [Fact]
    public void Options_have_their_say_over_the_file_and_the_file_over_the_preset()
    {
        var settings = SettingsResolver.Resolve(new RunRequest(
            Config: """{ "steps": 7, "batchSize": 8, "ppo": { "clipRange": 0.3 } }""", Preset: "tiny",
            Captioner: Captioner, TrainPictures: Pictures,
            Rewards: new Dictionary<string, double> { ["blip"] = 2, ["oracle"] = 0 }, Steps: 9, Seed: 42));

        settings.Steps.ShouldBe(9);
        settings.BatchSize.ShouldBe(8);
        settings.Ppo.ClipRange.ShouldBe(0.3);
        settings.Ppo.LearningRate.ShouldBe(Presets.Apply("tiny", settings).Ppo.LearningRate);
        settings.Seed.ShouldBe(42);
        settings.Rewards.ShouldBe(new Dictionary<string, double> { ["blip"] = 2, ["oracle"] = 0 });
    }

    [Fact]
    public void Only_what_it_all_comes_to_is_checked()
    {
        var settings = SettingsResolver.Resolve(new RunRequest(
            Config: """{ "samplesPerPicture": 3, "ppo": { "warmupSteps": 150 } }""", Preset: "tiny", Captioner: Captioner, TrainPictures: Pictures,
            Steps: 200, BatchSize: 30, LearningRate: 1e-5, KlCoefficient: 0.5));

        (settings.SamplesPerPicture, settings.BatchSize, settings.MicroBatch).ShouldBe((3, 30, 20), "3 is no divisor of the preset's 40");
        (settings.Ppo.WarmupSteps, settings.Steps).ShouldBe((150, 200), "the preset has 100 steps");
        (settings.Ppo.LearningRate, settings.Ppo.KlCoefficient).ShouldBe((1e-5, 0.5));
        SettingsResolver.Resolve(new RunRequest(Captioner: Captioner, TrainPictures: Pictures, BatchSize: 8)).MicroBatch.ShouldBe(8);
        Should.Throw<SettingsException>(() => SettingsResolver.Resolve(new RunRequest(Captioner: Captioner, TrainPictures: Pictures, KlCoefficient: -1)))
            .Message.ShouldContain("ppo.klCoefficient");
    }

    [Fact]
    public void Without_a_preset_and_a_file_the_tiny_preset_is_taken_and_with_a_file_none()
    {
        var plain = SettingsResolver.Resolve(new RunRequest(Captioner: Captioner, TrainPictures: Pictures));
        var filed = SettingsResolver.Resolve(new RunRequest(Config: "{}", Captioner: Captioner, TrainPictures: Pictures));

        plain.Ppo.ShouldBe(Presets.Apply("tiny", plain).Ppo);
        filed.Ppo.ShouldBe(new PpoSettings());
    }

    [Fact]
    public void What_the_file_names_need_not_be_on_the_command_line()
    {
        var file = $$"""{ "captioner": "{{Captioner}}", "trainPictures": "{{Pictures}}", "rewards": { "mine": 1 } }""";
        var settings = SettingsResolver.Resolve(new RunRequest(Config: file));
        (settings.Captioner, settings.TrainPictures).ShouldBe((Captioner, Pictures));
        settings.Rewards.Keys.ShouldBe(["mine"]);
    }

    [Fact]
    public void The_embedded_captioner_is_taken_when_neither_options_nor_file_name_one()
    {
        var embedded = new string('e', 64);
        string From(RunRequest request) => SettingsResolver.Resolve(request with { TrainPictures = Pictures, EmbeddedCaptioner = embedded }).Captioner;

        From(new RunRequest()).ShouldBe(embedded);
        From(new RunRequest(Config: "{}")).ShouldBe(embedded);
        From(new RunRequest(Config: $$"""{ "captioner": "{{Captioner}}" }""")).ShouldBe(Captioner);
        From(new RunRequest(Captioner: Captioner)).ShouldBe(Captioner);
    }

    [Fact]
    public void An_unknown_key_is_an_error_that_names_it() =>
        Should.Throw<SettingsException>(() => SettingsResolver.Resolve(
            new RunRequest(Config: """{ "stepz": 3 }""", TrainPictures: Pictures, Captioner: Captioner)))
            .Message.ShouldContain("stepz");

    [Fact]
    public void A_value_that_is_not_allowed_is_an_error_that_names_its_key() =>
        Should.Throw<SettingsException>(() => SettingsResolver.Resolve(
            new RunRequest(Steps: 0, TrainPictures: Pictures, Captioner: Captioner)))
            .Message.ShouldContain("steps");

    [Fact]
    public void A_run_without_pictures_says_how_to_name_them() =>
        Should.Throw<RequestException>(() => SettingsResolver.Resolve(new RunRequest(Captioner: Captioner))).Message.ShouldContain("--images");
}
