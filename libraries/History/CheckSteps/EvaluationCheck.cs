using Pipeline.Contracts;
using Pipeline.History.CheckCaptions;
using Pipeline.History.ReadEvents;
using Pipeline.Learning.Steps;

namespace Pipeline.History.CheckSteps;

/// <summary>What an evaluation summed up.</summary>
static class EvaluationCheck
{
    /// <summary>Checks an <see cref="Evaluated"/>.</summary>
    /// <returns>Whether it says the root of its captions' events; those from before it was recorded do not.</returns>
    public static bool Check(ReadEvent @event, EvaluationOpened opened, CaptionEvents captions, RunSettings settings)
    {
        var evaluated = (Evaluated)@event.Data;
        var expected = EvaluationSummary.Of(opened, captions.Sampled, captions.Rendered, captions.Scored, [.. settings.Rewards.Keys]);
        if (evaluated.EventsRoot is null) expected = expected with { EventsRoot = null };
        if (JsonDifference.Of(expected, evaluated) is { } difference)
            throw @event.Bad(
                $"{difference}, as the events of its {opened.Captions.Count} captions say: one of them was changed, or this one",
                [.. captions.Streams, @event.Recorded.Stream]);
        return evaluated.EventsRoot is not null;
    }
}
