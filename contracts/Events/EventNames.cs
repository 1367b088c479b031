namespace Pipeline.Contracts;

/// <summary>
/// The names under which events are stored. They are part of every store's history: a name never changes, a new shape gets a new version.
/// </summary>
public static class EventNames
{
    /// <summary>Every event of the pipeline and its stored name.</summary>
    public static readonly IReadOnlyDictionary<Type, string> All = new Dictionary<Type, string>
    {
        [typeof(RunStarted)] = "run_started.v1",
        [typeof(StepOpened)] = "step_opened.v1",
        [typeof(CaptionSampled)] = "caption_sampled.v1",
        [typeof(ImagesRendered)] = "images_rendered.v1",
        [typeof(DrawingStored)] = "drawing_stored.v1",
        [typeof(CaptionScored)] = "caption_scored.v1",
        [typeof(PolicyUpdated)] = "policy_updated.v1",
        [typeof(EvaluationOpened)] = "evaluation_opened.v1",
        [typeof(Evaluated)] = "evaluated.v1",
        [typeof(RewardHackingSuspected)] = "reward_hacking_suspected.v1",
        [typeof(RunStopped)] = "run_stopped.v1",
        [typeof(RunResumed)] = "run_resumed.v1",
        [typeof(RunCompleted)] = "run_completed.v1",
        [typeof(RunFailed)] = "run_failed.v1",
        [typeof(ReplayStarted)] = "replay_started.v1",
        [typeof(CaptionRescored)] = "caption_rescored.v1",
        [typeof(ReplayCompleted)] = "replay_completed.v1",
        [typeof(PictureSetNamed)] = "picture_set_named.v1",
        [typeof(RunArchived)] = "run_archived.v1",
    };

    /// <summary>Whether <paramref name="type"/> is stored as an event.</summary>
    public static bool IsEvent(Type type) => All.ContainsKey(type);
}
