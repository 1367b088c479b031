using Pipeline.Contracts;
using Pipeline.Learning.DetectHacking;

namespace Pipeline.Learner.DriveRuns;

/// <summary>Where a run is.</summary>
public enum RunStatus
{
    /// <summary>Its stream has no event yet.</summary>
    Unknown,

    /// <summary>Steps are being taken.</summary>
    Running,

    /// <summary>Paused on request.</summary>
    Stopped,

    /// <summary>Waiting for somebody to mend what its last event names.</summary>
    Failed,

    /// <summary>All steps are taken and all evaluations closed.</summary>
    Completed,
}

/// <summary>What the Learner must know of a run to go on with it: its stream, folded. Nothing else is remembered anywhere.</summary>
public sealed class RunState
{
    readonly Dictionary<int, PolicyRef> policies = [];
    readonly Dictionary<int, StepOpened> openSteps = [];
    readonly Dictionary<(int Version, DecodingMode Mode), EvaluationOpened> openEvaluations = [];
    readonly HashSet<(int Version, DecodingMode Mode)> evaluations = [];
    readonly List<double> trainedRewards = [];

    /// <summary>Where the run is.</summary>
    public RunStatus Status { get; private set; }

    /// <summary>What was asked for; set by the first event.</summary>
    public RunSettings Settings { get; private set; } = null!;

    /// <summary>The newest version; 0 before the first learning step. Step s makes version s + 1, so this is also the next step to learn.</summary>
    public int Version { get; private set; }

    /// <summary>SHA-256 of the newest version's model.safetensors; null for version 0.</summary>
    public string? WeightsSha256 { get; private set; }

    /// <summary>The event that the next <see cref="PolicyUpdated"/> links to.</summary>
    public object LastLink { get; private set; } = null!;

    /// <summary>The stream's version: how many events it has.</summary>
    public long StreamVersion { get; private set; }

    /// <summary>Steps that are opened and not yet learned, by step.</summary>
    public IReadOnlyDictionary<int, StepOpened> OpenSteps => openSteps;

    /// <summary>Evaluations that are opened and not yet closed.</summary>
    public IReadOnlyCollection<EvaluationOpened> OpenEvaluations => openEvaluations.Values;

    /// <summary>Versions whose evaluations are closed and that are not yet judged.</summary>
    public DueJudgements Judgements { get; } = new();

    /// <summary>What each step learned from, in order, see <see cref="TrainedReward"/>.</summary>
    public IReadOnlyList<double> TrainedRewards => trainedRewards;

    /// <summary>The policy of a version that was made; throws for one that was not.</summary>
    public PolicyRef Policy(int version) => policies[version];

    /// <summary>Whether this version's evaluation was opened, closed or not.</summary>
    public bool WasEvaluated(int version, DecodingMode mode) => evaluations.Contains((version, mode));

    /// <summary>Takes in the stream's next event.</summary>
    public void Apply(object @event)
    {
        StreamVersion++;
        Judgements.Apply(@event);
        switch (@event)
        {
            case RunStarted started:
                Settings = started.Settings;
                Status = RunStatus.Running;
                policies[0] = new PolicyRef(0, started.Settings.VersionZero());
                LastLink = started;
                break;
            case StepOpened opened:
                openSteps[opened.Step] = opened;
                break;
            case PolicyUpdated updated:
                Version = updated.Version;
                WeightsSha256 = updated.WeightsSha256;
                policies[updated.Version] = new PolicyRef(updated.Version, updated.Checkpoint);
                openSteps.Remove(updated.Version - 1);
                if (TrainedReward.Of(updated, Settings) is { } reward) trainedRewards.Add(reward);
                LastLink = updated;
                break;
            case EvaluationOpened opened:
                openEvaluations[(opened.Policy.Version, opened.Decoding.Mode)] = opened;
                evaluations.Add((opened.Policy.Version, opened.Decoding.Mode));
                break;
            case Evaluated evaluated:
                openEvaluations.Remove((evaluated.Version, evaluated.Mode));
                break;
            case RunStopped:
                Status = RunStatus.Stopped;
                break;
            case RunFailed:
                Status = RunStatus.Failed;
                break;
            case RunResumed:
                Status = RunStatus.Running;
                break;
            case RunCompleted or RunArchived:
                Status = RunStatus.Completed;
                break;
        }
    }

    /// <summary>The state after <paramref name="events"/>, the whole stream in order.</summary>
    public static RunState From(IEnumerable<object> events)
    {
        var state = new RunState();
        foreach (var @event in events) state.Apply(@event);
        return state;
    }
}
