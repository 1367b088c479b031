using Pipeline.Contracts;

namespace Pipeline.Cli.Tests.WatchRun;

public sealed class WaitingForTests
{
    static readonly RunSettings Drawn = RecordedRun.Settings with
    {
        Rewards = new Dictionary<string, double> { ["vgg"] = 1, ["blip"] = 0 }, Drawing = new DrawingSettings { Rewards = ["vgg"] },
    };

    static readonly Guid[] Captions = [.. Enumerable.Range(0, 3).Select(sample => Ids.Caption(RecordedRun.Id, 0, new('a', 64), sample))];

    [Fact]
    public void Captions_that_are_not_drawn_are_waited_for_from_Diffusion_and_not_from_the_reward_that_looks_at_them() =>
        Missing(Drawn, 3, drawn: 1, Scores("blip", 3), Scores("vgg", 1)).ShouldBe("Diffusion: 2 of 3 captions of step 1 are not drawn yet");

    [Fact]
    public void Drawn_captions_are_waited_for_from_the_reward_that_looks_at_them() =>
        Missing(Drawn, 3, drawn: 3, Scores("blip", 3), Scores("vgg", 2)).ShouldBe("reward vgg: 1 caption of step 1 not scored yet");

    [Fact]
    public void All_that_is_waited_for_is_said() =>
        Missing(Drawn, 3, drawn: 2, Scores("blip", 1)).ShouldBe(
            "Diffusion: 1 of 3 captions of step 1 are not drawn yet; reward blip: 2 captions of step 1 not scored yet; "
            + "reward vgg: 2 captions of step 1 not scored yet");

    [Fact]
    public void What_is_not_written_is_waited_for_from_Rollout_alone() =>
        Missing(Drawn, 1, drawn: 0).ShouldBe("Rollout: 2 of 3 captions of step 1 are not written yet");

    [Fact]
    public void A_run_that_draws_nothing_never_waits_for_Diffusion() =>
        Missing(RecordedRun.Settings, 3, drawn: 0, Scores("blip", 3)).ShouldBe("reward oracle: 3 captions of step 1 not scored yet");

    [Fact]
    public void Why_a_reward_gave_up_is_said_with_what_it_did_not_score() =>
        WaitingFor.Missing(
            "step 1", Captions.Length, Drawn, 3, [.. Captions.Select(Drawings.Rendered)], [.. Scores("blip", 3), .. Scores("vgg", 1)],
            new Dictionary<string, string> { ["vgg"] = "it gave NaN (parked in score-images-vgg_error)" })
        .ShouldBe("reward vgg: 2 captions of step 1 not scored yet: it gave NaN (parked in score-images-vgg_error)");

    [Fact]
    public void When_all_is_there_nothing_is_waited_for() =>
        Missing(Drawn, 3, drawn: 3, Scores("blip", 3), Scores("vgg", 3)).ShouldBeNull();

    static string? Missing(RunSettings settings, int written, int drawn, params IEnumerable<CaptionScored>[] scores) => WaitingFor.Missing(
        "step 1", Captions.Length, settings, written, [.. Captions.Take(drawn).Select(Drawings.Rendered)],
        [.. scores.SelectMany(part => part)]);

    static IEnumerable<CaptionScored> Scores(string reward, int count) => Captions.Take(count).Select(id => Drawings.Scored(id, reward));
}
