using Pipeline.Contracts;
using Pipeline.Learning.Steps;

namespace Pipeline.Learning.Tests.Steps;

/// <summary>News may come before the store has everything, or lie: nothing is learned or reported from a part.</summary>
public sealed class CompletenessTests
{
    static readonly Guid Run = Guid.NewGuid();
    static readonly PolicyRef Policy = new(0, "base");
    static readonly CaptionRequest[] Requests = [.. Enumerable.Range(0, 2).Select(i => new CaptionRequest(Guid.NewGuid(), "picture", i, i))];
    static readonly RunSettings Settings = new()
    {
        Captioner = "base", TrainPictures = "set", Rewards = new Dictionary<string, double> { ["blip"] = 1, ["oracle"] = 0 },
    };

    static CaptionSampled[] Captions => [.. Requests.Select(request => new CaptionSampled(
        request.CaptionId, Run, 0, CaptionPurpose.Training, "picture", request.Sample, request.Seed, Policy,
        new Decoding(DecodingMode.Sample), "a star", [1, 2], [-1, -2]))];

    static CaptionScored[] Scores => [.. Requests.SelectMany(request => Settings.Rewards.Keys.Select(reward =>
        new CaptionScored(request.CaptionId, Run, 0, reward, 0.5, [], new Dictionary<string, double>(), "model")))];

    [Fact]
    public void A_step_is_learned_only_from_all_its_captions_and_all_their_scores()
    {
        var step = new StepOpened(Run, 0, Policy, Requests);

        StepRecord.From(step, Settings, Captions, [], Scores).Captions.Count.ShouldBe(2);
        Should.Throw<IncompleteStepException>(() => StepRecord.From(step, Settings, Captions[1..], [], Scores));
        Should.Throw<IncompleteStepException>(() => StepRecord.From(step, Settings, Captions, [], Scores[..^1])).Message.ShouldContain("oracle");
    }

    [Fact]
    public void A_step_of_a_run_that_draws_has_every_drawing_in_its_root()
    {
        var step = new StepOpened(Run, 0, Policy, Requests);
        var drawing = Settings with { Drawing = new DrawingSettings { Rewards = ["blip"] } };

        var root = StepRecord.From(step, drawing, Captions, Drawings(seed: 1), Scores).BatchRoot;

        root.ShouldNotBe(StepRecord.From(step, drawing, Captions, Drawings(seed: 2), Scores).BatchRoot);
        root.ShouldNotBe(StepRecord.From(step, Settings, Captions, [], Scores).BatchRoot);
        Should.Throw<IncompleteStepException>(() => StepRecord.From(step, drawing, Captions, Drawings(seed: 1)[1..], Scores))
            .Message.ShouldContain($"{Requests[0].CaptionId}");
    }

    static ImagesRendered[] Drawings(long seed) => [.. Requests.Select(request => new ImagesRendered(
        request.CaptionId, Run, 0, "drawing", new DrawingRecipe("model", "ddim", 8, 1, "", 64, 64),
        [new RenderedImage(0, seed, "picture")]))];

    [Fact]
    public void An_evaluation_is_closed_only_over_all_its_captions_and_all_their_scores()
    {
        var evaluation = new EvaluationOpened(Run, Policy, "heldout", new Decoding(DecodingMode.Greedy), Requests);
        Evaluated Close(CaptionSampled[] captions, CaptionScored[] scores) =>
            EvaluationSummary.Of(
                evaluation, captions, [], scores, [.. Settings.Rewards.Keys], new Dictionary<string, IReadOnlyList<string>>(), [-1, -3]);

        Close(Captions, Scores).Rewards["blip"].Count.ShouldBe(2);
        Close(Captions, Scores).EventsRoot.ShouldBe(StepRecord.From(new StepOpened(Run, 0, Policy, Requests), Settings, Captions, [], Scores).BatchRoot);
        Should.Throw<IncompleteStepException>(() => Close(Captions[1..], Scores[2..]));
        Should.Throw<IncompleteStepException>(() => Close(Captions, Scores[..^1])).Message.ShouldContain("oracle");
    }
}
