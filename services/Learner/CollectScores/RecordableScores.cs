using Pipeline.Contracts;

namespace Pipeline.Learner.CollectScores;

/// <summary>
/// A reward in another language is believed as little as one behind the guards of the library: what is no score of a caption of the run is
/// refused with the whole message, so that it is tried again and then parked with the reason.
/// </summary>
static class RecordableScores
{
    /// <param name="message">The scores.</param>
    /// <param name="strangers">Those whose caption is not the run's.</param>
    /// <exception cref="InvalidDataException">A score is not finite, or its caption is not the run's, or two are of one caption.</exception>
    public static void Require(CaptionsScored message, IReadOnlyList<CaptionScored> strangers)
    {
        if (strangers.Count > 0)
            throw Refused(message, $"scored {strangers.Count} captions that run {message.RunId} does not have, such as {strangers[0].CaptionId}");
        if (message.Captions.GroupBy(score => score.CaptionId).FirstOrDefault(scores => scores.Count() > 1) is { } twice)
            throw Refused(message, $"gave {twice.Count()} scores for caption {twice.Key}");
        foreach (var score in message.Captions)
            if (score.SampleScores.Concat(score.Details.Values).Prepend(score.Score).Any(value => !double.IsFinite(value)))
                throw Refused(message, $"gave a figure that is not finite for caption {score.CaptionId}");
    }

    static InvalidDataException Refused(CaptionsScored message, string problem) => new($"Reward '{message.Reward}' {problem}.");
}
