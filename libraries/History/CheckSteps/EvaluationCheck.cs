using Pipeline.Contracts;
using Pipeline.History.CheckCaptions;
using Pipeline.History.ReadEvents;
using Pipeline.Learning.Steps;

namespace Pipeline.History.CheckSteps;

/// <summary>What evaluations summed up.</summary>
/// <param name="settings">The run's settings.</param>
/// <param name="references">What people wrote of each held-out picture, by its SHA-256.</param>
sealed class EvaluationCheck(RunSettings settings, IReadOnlyDictionary<string, IReadOnlyList<string>> references)
{
    /// <summary>
    /// How much a token's ln p may differ from what was recorded when version 0 wrote it: a sampler with a cache and one pass over the whole
    /// caption round otherwise, the more so on another device.
    /// </summary>
    const double PerToken = 0.01;

    /// <summary>Checks an <see cref="Evaluated"/>.</summary>
    /// <returns>Whether it says the root of its captions' events; those from before it was recorded do not.</returns>
    public bool Check(ReadEvent @event, EvaluationOpened opened, CaptionEvents captions)
    {
        var evaluated = (Evaluated)@event.Data;
        CheckReference(@event, evaluated, opened, captions);
        var expected = EvaluationSummary.Of(
            opened, captions.Sampled, captions.Rendered, captions.Scored, [.. settings.Rewards.Keys], references, evaluated.ReferenceLogProbs);
        if (evaluated.EventsRoot is null) expected = expected with { EventsRoot = null };
        if (Close.Are(expected.Metrics, evaluated.Metrics)) expected = expected with { Metrics = evaluated.Metrics };
        if (JsonDifference.Of(expected, evaluated) is { } difference)
            throw @event.Bad(
                $"{difference}, as the events of its {opened.Captions.Count} captions say: one of them was changed, or this one",
                [.. captions.Streams, @event.Recorded.Stream]);
        return evaluated.EventsRoot is not null;
    }

    /// <summary>What the reference thinks of the captions takes its network; what it thought of its own is recorded with them.</summary>
    void CheckReference(ReadEvent @event, Evaluated evaluated, EvaluationOpened opened, CaptionEvents captions)
    {
        if (evaluated.ReferenceLogProbs is not { } found) return;
        if (found.Count != opened.Captions.Count)
            throw @event.Bad($"referenceLogProbs: expected {opened.Captions.Count} numbers, found {found.Count}");
        var isOwn = opened.Policy.Checkpoint == settings.Captioner && (opened.Decoding.Mode == DecodingMode.Greedy || opened.Decoding.Temperature == 1);
        foreach (var (i, caption) in EvaluationSummary.InOrder(opened, captions.Sampled).Index())
        {
            if (!(found[i] <= 0) || !double.IsFinite(found[i])) throw @event.Bad($"referenceLogProbs[{i}]: {found[i]:R} is no logarithm of a probability");
            var own = caption.LogProbs.Sum(logProb => (double)logProb);
            if (isOwn && Math.Abs(found[i] - own) > PerToken * caption.LogProbs.Count)
                throw @event.Bad($"referenceLogProbs[{i}]: expected about {own:R}, as version 0 said when it wrote the caption, found {found[i]:R}");
        }
    }
}
