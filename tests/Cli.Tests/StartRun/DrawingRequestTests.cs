using Pipeline.Cli.StartRun;
using Pipeline.Contracts;

namespace Pipeline.Cli.Tests.StartRun;

public sealed class DrawingRequestTests
{
    static readonly OfferedRewards Offered =
        OfferedRewards.Of(["score-captions-blip", "score-captions-oracle", "score-images-vgg", "score-images-dino"]);

    static RunRequest Request(params string[] rewards) => new(
        Captioner: new('c', 64), TrainPictures: new('d', 64), Rewards: RewardOption.Parse(rewards), Offered: Offered);

    [Fact]
    public void A_run_draws_for_those_of_its_rewards_that_look_at_pictures_by_the_preset_made_for_it()
    {
        var settings = SettingsResolver.Resolve(Request("vgg", "blip=0", "dino"));

        settings.Drawing!.Rewards.ShouldBe(["dino", "vgg"]);
        settings.Drawing.Samples.ShouldBe(5);
        settings.Name.ShouldBe("tiny-diffusion");
        settings.Ppo.ShouldBe(Presets.Apply("tiny-diffusion", settings).Ppo);
    }

    [Fact]
    public void A_run_without_such_a_reward_draws_nothing_and_is_as_it_was()
    {
        var settings = SettingsResolver.Resolve(Request("blip"));

        settings.Drawing.ShouldBeNull();
        settings.Name.ShouldBe("tiny");
        CanonicalJson.Serialize(settings)
            .ShouldBe(CanonicalJson.Serialize(SettingsResolver.Resolve(Request("blip") with { Offered = null })));
    }

    [Fact]
    public void The_command_line_says_how_drawings_are_made()
    {
        var request = Request("vgg") with { Drawing = new(3, 0.05, "ddim", 8, 2.5, "blurry") };

        var drawing = SettingsResolver.Resolve(request).Drawing!;

        (drawing.Samples, drawing.StandardErrorBound, drawing.Scheduler, drawing.Steps, drawing.Guidance, drawing.NegativePrompt)
            .ShouldBe((3, 0.05, "ddim", 8, 2.5, "blurry"));
    }

    [Fact]
    public void To_say_how_drawings_are_made_when_nobody_looks_at_them_is_an_error()
    {
        foreach (var (drawing, option) in new (DrawingRequest, string)[]
        {
            (new(Samples: 3), "--samples"), (new(StandardError: 0.1), "--standard-error"), (new(Scheduler: "ddim"), "--scheduler"),
            (new(Steps: 3), "--diffusion-steps"), (new(Guidance: 2), "--guidance"), (new(NegativePrompt: "x"), "--negative-prompt"),
        })
            Should.Throw<RequestException>(() => SettingsResolver.Resolve(Request("blip") with { Drawing = drawing })).Message
                .ShouldBe(
                    $"{option} is about drawings, and none of the rewards (blip) looks at pictures; of those that do there are dino, vgg");
    }

    [Fact]
    public void A_drawing_section_in_the_settings_file_is_taken_as_written()
    {
        var request = Request() with
        {
            Config = """{ "rewards": { "vgg": 1, "dino": 1 }, "drawing": { "rewards": ["vgg"], "samples": 2, "guidance": 3 } }""",
            Drawing = new(Samples: 4),
        };

        var drawing = SettingsResolver.Resolve(request).Drawing!;

        drawing.Rewards.ShouldBe(["vgg"]);
        (drawing.Samples, drawing.Guidance).ShouldBe((4, 3));
    }

    [Fact]
    public void A_reward_that_nobody_offers_stops_a_run_unless_it_may_wait()
    {
        Should.Throw<RequestException>(() => SettingsResolver.Resolve(Request("blip", "mine"))).Message
            .ShouldContain("'mine': there are blip, dino, oracle, vgg");
        SettingsResolver.Resolve(Request("blip", "mine") with { MayWait = true }).Rewards.Keys.ShouldBe(["blip", "mine"]);
    }

    [Fact]
    public void A_value_that_is_not_allowed_is_an_error_that_names_it() =>
        Should.Throw<SettingsException>(() => SettingsResolver.Resolve(Request("vgg") with { Drawing = new(Scheduler: "heun") })).Message
            .ShouldContain("drawing.scheduler: 'heun' is not allowed");
}
