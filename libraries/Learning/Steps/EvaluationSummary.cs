using Pipeline.Contracts;

namespace Pipeline.Learning.Steps;

/// <summary>An evaluation's captions and scores as one event. Pure.</summary>
public static class EvaluationSummary
{
    /// <summary>Sums up what was recorded for <paramref name="evaluation"/>.</summary>
    /// <param name="evaluation">The evaluation.</param>
    /// <param name="captions">Its captions.</param>
    /// <param name="rendered">What was drawn of them; empty when the run draws nothing.</param>
    /// <param name="scores">Every reward's score of each.</param>
    /// <param name="rewards">The rewards that must have scored each.</param>
    /// <param name="references">What people wrote of each picture, by its SHA-256.</param>
    /// <param name="referenceLogProbs">See <see cref="Evaluated.ReferenceLogProbs"/>; null leaves the metrics out.</param>
    /// <exception cref="IncompleteStepException">A caption or a score is not in the store.</exception>
    public static Evaluated Of(
        EvaluationOpened evaluation, IReadOnlyList<CaptionSampled> captions, IReadOnlyList<ImagesRendered> rendered,
        IReadOnlyList<CaptionScored> scores, IReadOnlyCollection<string> rewards,
        IReadOnlyDictionary<string, IReadOnlyList<string>> references, IReadOnlyList<double>? referenceLogProbs)
    {
        if (captions.Count != evaluation.Captions.Count)
            throw new IncompleteStepException($"Evaluation of version {evaluation.Policy.Version}: {captions.Count} of {evaluation.Captions.Count} captions are in the store.");
        foreach (var reward in rewards)
            if (scores.Count(score => score.Reward == reward) is var count && count != captions.Count)
                throw new IncompleteStepException($"Evaluation of version {evaluation.Policy.Version}: {count} of {captions.Count} scores of reward '{reward}' are in the store.");
        var leaves = CaptionLeaves.Of(evaluation.Captions, captions, rendered, scores, rewards);
        return Summary(evaluation, captions, scores) with
        {
            EventsRoot = MerkleTree.Root([.. leaves]),
            Metrics = referenceLogProbs is null ? null : CaptionFigures.Metrics(InOrder(evaluation, captions), references, referenceLogProbs),
            ReferenceLogProbs = referenceLogProbs,
        };
    }

    /// <summary>The captions in the evaluation's order.</summary>
    /// <exception cref="IncompleteStepException">A caption is not in the store.</exception>
    public static IReadOnlyList<CaptionSampled> InOrder(EvaluationOpened evaluation, IEnumerable<CaptionSampled> captions)
    {
        var texts = captions.ToDictionary(caption => caption.CaptionId);
        return [.. evaluation.Captions.Select(request => texts.TryGetValue(request.CaptionId, out var caption)
            ? caption
            : throw new IncompleteStepException($"Evaluation of version {evaluation.Policy.Version}: caption {request.CaptionId} is not in the store."))];
    }

    static Evaluated Summary(EvaluationOpened evaluation, IReadOnlyList<CaptionSampled> captions, IReadOnlyList<CaptionScored> scores) => new(
        evaluation.RunId, evaluation.Policy.Version, evaluation.Split, evaluation.Decoding.Mode,
        scores.GroupBy(score => score.Reward).OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => Summarise([.. group])),
        captions.Average(caption => caption.TokenIds.Count));

    static RewardSummary Summarise(CaptionScored[] scores)
    {
        var mean = scores.Average(score => score.Score);
        var squares = scores.Sum(score => (score.Score - mean) * (score.Score - mean));
        var details = scores.SelectMany(score => score.Details).GroupBy(detail => detail.Key)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Average(detail => detail.Value));
        return new RewardSummary(scores.Length, mean, scores.Length > 1 ? Math.Sqrt(squares / (scores.Length - 1)) : 0, details);
    }
}
