using System.Text;
using Pipeline.Cli.Demo;
using Pipeline.Contracts;

namespace Pipeline.Cli.Tests.Demo;

public sealed class DemoRequestTests
{
    static readonly OfferedRewards Offered = OfferedRewards.Of(["score-captions-blip", "score-captions-oracle", "score-images-vgg"]);
    static readonly string Hash = new('a', 64);

    static RunSettings Settings(DemoRequest request) => SettingsResolver.Resolve(request.Run(Hash, Hash, Hash, Offered));

    /// <summary>The run's id, and with it everything a reader of the figures compares, is derived from exactly this text.</summary>
    [Fact]
    public void The_demo_of_the_retrieval_reward_is_the_run_that_its_published_figures_are_of()
    {
        var before = Presets.Apply("tiny", new RunSettings
        {
            Name = "demo", Captioner = Hash, TrainPictures = Hash, HeldOutPictures = Hash,
            Rewards = new Dictionary<string, double> { ["blip"] = 1, ["oracle"] = 0 },
        });

        Text(Settings(new DemoRequest(["blip"]))).ShouldBe(Text(before));
        new DemoRequest(["blip"]).TrainPictures.ShouldBeNull();
        new DemoRequest(["blip"]).HeldOutPictures.ShouldBeNull();
    }

    [Fact]
    public void The_demo_of_the_drawn_reward_is_short_and_records_what_it_does_not_learn_from()
    {
        var request = new DemoRequest(["vgg"]);
        var settings = Settings(request);

        settings.Rewards.ShouldBe(new Dictionary<string, double> { ["blip"] = 0, ["oracle"] = 0, ["vgg"] = 1 }, ignoreOrder: true);
        settings.Drawing!.Rewards.ShouldBe(["vgg"]);
        (settings.Name, settings.Steps, settings.BatchSize).ShouldBe(("demo-vgg", 50, 10));
        settings.Ppo.ShouldBe(Presets.Apply("tiny-diffusion", settings).Ppo);
        (request.TrainPictures, request.HeldOutPictures).ShouldBe((8, 24));
    }

    [Fact]
    public void Both_rewards_are_learned_from_together_when_both_are_asked_for()
    {
        var settings = Settings(new DemoRequest(["vgg", "blip"]));

        settings.Rewards.ShouldBe(new Dictionary<string, double> { ["blip"] = 1, ["oracle"] = 0, ["vgg"] = 1 }, ignoreOrder: true);
        (settings.Name, settings.Drawing!.Rewards).ShouldBe(("demo-blip-vgg", settings.Drawing.Rewards));
    }

    [Fact]
    public void The_number_of_pictures_can_be_chosen()
    {
        new DemoRequest(["vgg"], Pictures: 1).TrainPictures.ShouldBe(1);
        new DemoRequest(["blip"], Pictures: 3).TrainPictures.ShouldBe(3);

        var set = new PictureSet("train", [.. Enumerable.Range(0, 5).Select(i => new Picture($"{i}", $"{i}.png", 4, 4, []))]);
        DemoSettings.First(set, 3).Pictures.Select(picture => picture.FileName).ShouldBe(["0.png", "1.png", "2.png"]);
        DemoSettings.First(set, 9).Pictures.Count.ShouldBe(5);
    }

    static string Text(RunSettings settings) => Encoding.UTF8.GetString(CanonicalJson.Serialize(settings));
}
