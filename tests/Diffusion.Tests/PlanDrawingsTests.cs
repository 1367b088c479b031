using Pipeline.Contracts;
using Pipeline.Diffusion.PlanDrawings;
using Pipeline.TextToImage.Schedulers;

namespace Pipeline.Diffusion.Tests;

public sealed class PlanDrawingsTests
{
    static readonly DrawingSettings Drawing = new() { Rewards = ["vgg"], Samples = 5, MicroBatch = 2 };

    [Fact]
    public void A_micro_batch_becomes_commands_of_as_many_captions_as_the_run_says()
    {
        var sampled = DrawingStack.Sampled(5, Drawing, "blip", "vgg");

        var commands = PlanDrawingsConsumer.Commands(sampled).ToArray();

        commands.Select(command => command.Captions.Count).ShouldBe([2, 2, 1]);
        commands.SelectMany(command => command.Captions).ShouldBe(sampled.Captions);
        commands.ShouldAllBe(command => command.FirstSample == 0 && command.Count == 5 && command.BatchId == sampled.BatchId);
        commands.ShouldAllBe(command => command.Rewards.Single() == "vgg");
    }

    [Fact]
    public void A_run_whose_rewards_need_no_pictures_is_not_drawn()
    {
        PlanDrawingsConsumer.Commands(DrawingStack.Sampled(3, null, "blip", "vgg")).ShouldBeEmpty();
        PlanDrawingsConsumer.Commands(DrawingStack.Sampled(3, Drawing, "blip")).ShouldBeEmpty();
    }

    [Fact]
    public void A_replay_asks_for_its_drawings_itself() =>
        PlanDrawingsConsumer.Commands(DrawingStack.Sampled(3, Drawing, "vgg") with { Replay = true }).ShouldBeEmpty();

    [Fact]
    public void Settings_allow_exactly_the_schedulers_that_can_draw()
    {
        string[] Problems(string scheduler) => [.. RunSettingsValidator.Problems(new RunSettings
        {
            Captioner = new string('a', 64), TrainPictures = new string('b', 64), Rewards = new Dictionary<string, double> { ["vgg"] = 1 },
            Drawing = Drawing with { Scheduler = scheduler },
        })];

        foreach (var scheduler in SchedulerNames.Short) Problems(scheduler).ShouldBeEmpty(scheduler);
        Problems("none").ShouldHaveSingleItem().ShouldContain($"allowed: {string.Join(", ", SchedulerNames.Short)}.");
    }

    [Fact]
    public void A_run_that_stops_early_when_it_is_sure_begins_with_two_pictures()
    {
        var careful = Drawing with { StandardErrorBound = 0.1 };

        PlanDrawingsConsumer.Commands(DrawingStack.Sampled(1, careful, "vgg")).Single().Count.ShouldBe(2);
        (careful.RoundFrom(0), careful.RoundFrom(2), careful.RoundFrom(4), careful.RoundFrom(5)).ShouldBe((2, 1, 1, 0));
        (Drawing.RoundFrom(0), Drawing.RoundFrom(5)).ShouldBe((5, 0));
        (careful with { Samples = 1 }).RoundFrom(0).ShouldBe(1);
    }
}
