using Pipeline.Contracts;
using Pipeline.History.Sources;

namespace Pipeline.History.ReadEvents;

/// <summary>The id that an event has: derived, so that it can be derived again.</summary>
static class EventIds
{
    public static Guid Of(RecordedEvent recorded, object data)
    {
        var (kind, discriminator) = Kind(data, recorded.Version);
        return Ids.Event(recorded.Stream, kind, discriminator);
    }

    static (string Kind, object Discriminator) Kind(object data, long version) => data switch
    {
        RunStarted => ("run-started", ""),
        StepOpened opened => ("step-opened", opened.Step),
        PolicyUpdated updated => ("policy-updated", updated.Version),
        EvaluationOpened opened => ("evaluation-opened", $"{opened.Policy.Version}/{opened.Decoding.Mode}"),
        Evaluated evaluated => ("evaluated", $"{evaluated.Version}/{evaluated.Mode}"),
        RewardHackingSuspected suspected => ("reward-hacking-suspected", suspected.Version),
        RunCompleted => ("run-completed", ""),
        RunArchived => ("run-archived", ""),
        // These may happen several times: what tells them apart is how many events were before them.
        RunStopped => ("run-stopped", version - 1),
        RunResumed => ("run-resumed", version - 1),
        RunFailed => ("run-failed", version - 1),
        CaptionSampled => ("caption-sampled", ""),
        ImagesRendered rendered => ("images-rendered", rendered.Images.Count > 0 ? rendered.Images[0].Sample : -1),
        CaptionScored scored => ("caption-scored", scored.Reward),
        DrawingStored => ("drawing-stored", ""),
        ReplayStarted => ("replay-started", ""),
        CaptionRescored rescored => ("caption-rescored", rescored.CaptionId),
        ReplayCompleted => ("replay-completed", ""),
        _ => ("", ""),
    };
}
