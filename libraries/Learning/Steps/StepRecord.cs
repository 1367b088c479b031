using Pipeline.Contracts;
using Pipeline.Learning.UpdatePolicy;

namespace Pipeline.Learning.Steps;

/// <summary>What a step learns from, read back from the store: never from a message, so that a restart sees the same.</summary>
/// <param name="Captions">The captions in the step's order, with the scores of every reward.</param>
/// <param name="BatchRoot">Merkle root over the captions' events, see <see cref="CaptionLeaves"/>.</param>
public sealed record StepRecord(IReadOnlyList<LearningCaption> Captions, string BatchRoot)
{
    /// <summary>The captions that a gradient is made of: all but the baselines.</summary>
    public IReadOnlyList<LearningCaption> Learned => [.. Captions.Where(caption => !caption.IsBaseline)];

    /// <summary>Puts a step's events together.</summary>
    /// <exception cref="IncompleteStepException">A caption, a drawing that the run asks for, or a score is not in the store.</exception>
    public static StepRecord From(
        StepOpened step, RunSettings settings, IReadOnlyList<CaptionSampled> sampled, IReadOnlyList<ImagesRendered> rendered,
        IReadOnlyList<CaptionScored> scored)
    {
        var texts = sampled.ToDictionary(caption => caption.CaptionId);
        var drawings = rendered.ToLookup(images => images.CaptionId);
        var scores = scored.ToLookup(score => score.CaptionId);
        var captions = new List<LearningCaption>(step.Captions.Count);
        foreach (var request in step.Captions)
        {
            if (!texts.TryGetValue(request.CaptionId, out var caption))
                throw new IncompleteStepException($"Step {step.Step}: caption {request.CaptionId} is not in the store.");
            if (settings.Drawing is not null && !drawings.Contains(request.CaptionId))
                throw new IncompleteStepException($"Step {step.Step}: no drawing of caption {request.CaptionId} is in the store.");
            var byReward = new Dictionary<string, double>();
            foreach (var reward in settings.Rewards.Keys.Order(StringComparer.Ordinal))
            {
                var score = scores[request.CaptionId].FirstOrDefault(candidate => candidate.Reward == reward)
                    ?? throw new IncompleteStepException($"Step {step.Step}: caption {request.CaptionId} has no score of reward '{reward}' in the store.");
                byReward[reward] = score.Score;
            }
            captions.Add(new LearningCaption(
                caption.CaptionId, caption.PictureSha256, caption.TokenIds, caption.LogProbs, byReward, Temperature(caption),
                caption.Policy.Version, IsBaseline(caption)));
        }
        var leaves = CaptionLeaves.Of(step.Captions, sampled, rendered, scored, settings.Rewards.Keys);
        return new StepRecord(captions, MerkleTree.Root([.. leaves]));
    }

    /// <summary>
    /// Puts together what a step of a branch learns from: captions of another run, and what a replay says of them. They count as written by
    /// version 0, the branch point: those of its first step were, and all others stem from it on a line that the branch does not follow.
    /// </summary>
    /// <param name="step">The step.</param>
    /// <param name="sampled">The captions.</param>
    /// <param name="rescored">Their scores.</param>
    /// <exception cref="IncompleteStepException">A caption or a score is not in the store.</exception>
    public static StepRecord FromReplay(
        StepOpened step, IReadOnlyList<CaptionSampled> sampled, IReadOnlyDictionary<Guid, CaptionRescored> rescored)
    {
        var texts = sampled.ToDictionary(caption => caption.CaptionId);
        var (captions, leaves) = (new List<LearningCaption>(step.Captions.Count), new List<byte[]>());
        foreach (var id in step.Captions.Select(request => request.CaptionId))
        {
            if (!texts.TryGetValue(id, out var caption))
                throw new IncompleteStepException($"Step {step.Step}: caption {id} is not in the store.");
            if (!rescored.TryGetValue(id, out var score))
                throw new IncompleteStepException($"Step {step.Step}: the replay has no score of caption {id}.");
            captions.Add(new LearningCaption(
                id, caption.PictureSha256, caption.TokenIds, caption.LogProbs, new Dictionary<string, double> { [score.Reward] = score.Score },
                Temperature(caption), PolicyVersion: 0, IsBaseline(caption)));
            leaves.AddRange([CanonicalJson.Serialize(caption), CanonicalJson.Serialize(score)]);
        }
        return new StepRecord(captions, MerkleTree.Root(leaves));
    }

    /// <summary>What its log-probabilities were divided by: nothing, when no token was drawn.</summary>
    static double Temperature(CaptionSampled caption) => IsBaseline(caption) ? 1 : caption.Decoding.Temperature;

    static bool IsBaseline(CaptionSampled caption) => caption.Decoding.Mode == DecodingMode.Greedy;
}

/// <summary>The store does not hold everything that a step needs, although it was announced.</summary>
public sealed class IncompleteStepException(string message) : Exception(message);
