using Pipeline.Contracts;
using Pipeline.Learning.UpdatePolicy;

namespace Pipeline.History.Tests;

/// <summary>
/// Histories that were forged while they were written: ids, digests, roots and links fit to what is said. What follows from the settings, the
/// pictures and other events does not.
/// </summary>
public sealed class ForgeryTests
{
    static readonly string Other = new('0', 64);

    /// <summary>What is forged, the type of the event that must be named, and what must be said of it.</summary>
    static readonly (string What, Func<object, object?> Forge, string Type, string Said)[] Forgeries =
    [
        ("pictures in another order", written => written is StepOpened { Step: 2 } step
            ? step with { Captions = [.. step.Captions.Reverse()] } : null, "step_opened.v1", "captions[0]"),
        ("another policy", written => written is StepOpened { Step: 2 } step
            ? step with { Policy = step.Policy with { Checkpoint = Other } } : null, "step_opened.v1", "policy.checkpoint"),
        ("another decoding", written => written is EvaluationOpened { Decoding.Mode: DecodingMode.Sample } evaluation
            ? evaluation with { Decoding = evaluation.Decoding with { Temperature = 0.5 } } : null, "evaluation_opened.v1", "decoding.temperature"),
        ("a caption's seed", written => written is CaptionSampled { Step: 1 } caption ? caption with { Seed = 1 } : null, "caption_sampled.v1", "seed"),
        ("a caption's policy", written => written is CaptionSampled { Step: 2 } caption
            ? caption with { Policy = new PolicyRef(2, Other) } : null, "caption_sampled.v1", "policy"),
        ("a caption's text", written => written is CaptionSampled { Step: 1 } caption
            ? caption with { Text = "a lie" } : null, "caption_sampled.v1", "its tokens say"),
        ("a probability above 1", written => written is CaptionSampled { Step: 1 } caption
            ? caption with { LogProbs = [.. caption.LogProbs.Select(_ => 0.1f)] } : null, "caption_sampled.v1", "logProbs"),
        ("too few probabilities", written => written is CaptionSampled { Step: 3, Purpose: CaptionPurpose.Evaluation } caption
            ? caption with { LogProbs = [] } : null, "caption_sampled.v1", "logProbs"),
        ("a score that is not its samples' mean", written => written is CaptionScored { Step: 1, Reward: "vgg" } scored
            ? scored with { Score = scored.Score + 0.01 } : null, "caption_scored.v1", "mean of its samples"),
        ("a score of another step", written => written is CaptionScored { Step: 1, Reward: "blip" } scored
            ? scored with { Step = 3 } : null, "caption_scored.v1", "step"),
        ("a drawing's seed", written => written is ImagesRendered { Step: 1 } drawn
            ? drawn with { Images = [.. drawn.Images.Select(image => image with { Seed = 1 })] } : null, "images_rendered.v1", "seed"),
        ("a drawing's guidance", written => written is ImagesRendered { Step: 1 } drawn
            ? drawn with { Recipe = drawn.Recipe with { Guidance = 9 } } : null, "images_rendered.v1", "drawing"),
        ("a drawing that was chosen", written => written is ImagesRendered { Step: 1 } drawn
            ? drawn with { Images = [.. drawn.Images.Select(image => image with { Invalid = image.Invalid is null ? null : "chosen" })] } : null,
            "drawing_stored.v1", "invalid"),
        ("a stored drawing's text", written => written is DrawingStored stored ? stored with { Text = "a lie" } : null, "drawing_stored.v1", "drawing"),
        ("a reward's mean", written => Metric(written, "reward/blip/mean"), "policy_updated.v1", "metrics.reward/blip/mean"),
        ("a recorded reward's deviation", written => Metric(written, "reward/oracle/std"), "policy_updated.v1", "metrics.reward/oracle/std"),
        ("a learning rate", written => Metric(written, "learning_rate"), "policy_updated.v1", "metrics.learning_rate"),
        ("a KL coefficient", written => Metric(written, "objective/kl_coef"), "policy_updated.v1", "metrics.objective/kl_coef"),
        ("staleness", written => Metric(written, "staleness"), "policy_updated.v1", "metrics.staleness"),
        ("ends of captions", written => Metric(written, "caption/eos_rate"), "policy_updated.v1", "metrics.caption/eos_rate"),
        ("a normalisation", written => written is PolicyUpdated { Version: 2 } updated
            ? updated with
            {
                Rewards = updated.Rewards.ToDictionary(reward => reward.Key, reward => reward.Value with { Scale = reward.Value.Scale * 2 }),
            }
            : null, "policy_updated.v1", "rewards.blip.scale"),
        ("a parent", written => written is PolicyUpdated { Version: 2 } updated
            ? updated with { Parent = new PolicyRef(0, updated.Parent.Checkpoint) } : null, "policy_updated.v1", "parent.version"),
        ("a batch root", written => written is PolicyUpdated { Version: 2 } updated
            ? updated with { BatchRoot = Other } : null, "policy_updated.v1", "batchRoot"),
        ("weights", written => written is PolicyUpdated { Version: 2 } updated
            ? updated with { WeightsSha256 = Other } : null, "policy_updated.v1", "weightsSha256"),
        ("an optimiser", written => written is PolicyUpdated { Version: 2 } updated
            ? updated with { OptimiserSha256 = Other } : null, "policy_updated.v1", "optimiserSha256"),
        ("a caption left out", written => written is PolicyUpdated { Version: 2 } updated
            ? updated with { CaptionIds = [.. updated.CaptionIds.Skip(1)] } : null, "policy_updated.v1", "captionIds"),
        ("weights of another run", written => Header(written, "run"), "policy_updated.v1", "run in the header"),
        ("weights of another version", written => Header(written, "version"), "policy_updated.v1", "version in the header"),
        ("weights of another parent", written => Header(written, "parent"), "policy_updated.v1", "parent in the header"),
        ("weights of another batch", written => Header(written, "batch_root"), "policy_updated.v1", "batch_root in the header"),
        ("what a trainer remembers", written => written is TrainerState { Version: 2 } state
            ? state with { KlCoefficient = 9 } : null, "policy_updated.v1", "trainer/state.json: klCoefficient"),
        ("an evaluation", written => written is Evaluated { Version: 3 } evaluated
            ? evaluated with { CaptionLength = 1 } : null, "evaluated.v1", "captionLength"),
        ("an evaluation's root", written => written is Evaluated { Version: 3 } evaluated
            ? evaluated with { EventsRoot = Other } : null, "evaluated.v1", "eventsRoot"),
        ("a metric", written => written is Evaluated { Version: 3 } evaluated
            ? evaluated with { Metrics = new Dictionary<string, double>(evaluated.Metrics!) { ["cider_d"] = 9 } } : null, "evaluated.v1", "metrics.cider_d"),
        ("metrics left out", written => written is Evaluated { Version: 3 } evaluated
            ? evaluated with { Metrics = null } : null, "evaluated.v1", "metrics"),
        ("too few of the reference's probabilities", written => written is Evaluated { Version: 3 } evaluated
            ? evaluated with { ReferenceLogProbs = [-1] } : null, "evaluated.v1", "referenceLogProbs"),
        ("a probability of the reference above 1", written => written is Evaluated { Version: 3 } evaluated
            ? evaluated with { ReferenceLogProbs = [.. evaluated.ReferenceLogProbs!.Select(_ => 0.1)] } : null, "evaluated.v1", "referenceLogProbs[0]"),
        ("what version 0 thinks of its own captions", written => written is Evaluated { Version: 0 } evaluated
            ? evaluated with { ReferenceLogProbs = [.. evaluated.ReferenceLogProbs!.Select(logProb => logProb - 1)] } : null,
            "evaluated.v1", "as version 0 said"),
    ];

    public static TheoryData<string> Names => [.. Forgeries.Select(forgery => forgery.What)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_does_not_follow_is_named(string what)
    {
        var (_, forge, type, said) = Forgeries.Single(forgery => forgery.What == what);
        var run = SmallRun.Completed(forge: written => forge(written) ?? written);

        var finding = (await new Auditor(run.History).AuditAsync(run.Id, TestContext.Current.CancellationToken)).Finding;

        finding.ShouldNotBeNull();
        finding.Type.ShouldBe(type, finding.Problem);
        finding.Problem.ShouldContain(said);
    }

    static PolicyUpdated? Metric(object written, string name) => written is PolicyUpdated { Version: 2 } updated
        ? updated with { Metrics = new Dictionary<string, double>(updated.Metrics) { [name] = updated.Metrics[name] + 0.001 } }
        : null;

    static Dictionary<string, string>? Header(object written, string name) => written is Dictionary<string, string> header && header["version"] == "2"
        ? new Dictionary<string, string>(header) { [name] = "another" }
        : null;
}
