using Pipeline.Contracts;

namespace Pipeline.Client;

/// <summary>What a run is doing, by its last word.</summary>
public enum RunState
{
    /// <summary>It is under way.</summary>
    Running,

    /// <summary>Paused on request.</summary>
    Stopped,

    /// <summary>Its last step was taken.</summary>
    Completed,

    /// <summary>It gave up.</summary>
    Failed,
}

/// <summary>A learning step that was taken.</summary>
/// <param name="Made">What it made.</param>
/// <param name="Opened">When its captions were fixed.</param>
/// <param name="Updated">When the policy was there.</param>
public sealed record StepTaken(PolicyUpdated Made, DateTimeOffset Opened, DateTimeOffset Updated);

/// <summary>A run as its stream tells it. Events are applied in their order, a stream's beginning first; any number at a time.</summary>
public sealed class RunHistory(Guid runId)
{
    readonly Dictionary<int, (StepOpened Step, DateTimeOffset At)> _openSteps = [];
    readonly List<EvaluationOpened> _openEvaluations = [];
    readonly List<EvaluationOpened> _evaluated = [];
    readonly List<StepTaken> _steps = [];
    readonly List<Evaluated> _evaluations = [];
    readonly List<RewardHackingSuspected> _suspicions = [];

    /// <summary>The run.</summary>
    public Guid RunId { get; } = runId;

    /// <summary>How many events were applied: the stream's version.</summary>
    public long Version { get; private set; }

    /// <summary>What was asked for; null before the first event.</summary>
    public RunSettings? Settings { get; private set; }

    /// <summary>What the run is doing.</summary>
    public RunState State { get; private set; }

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>Its being put away; null when it was not.</summary>
    public RunArchived? Archived { get; private set; }

    /// <summary>When it started.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>When its last event happened.</summary>
    public DateTimeOffset LastEventAt { get; private set; }

    /// <summary>The steps taken, oldest first.</summary>
    public IReadOnlyList<StepTaken> Steps => _steps;

    /// <summary>The evaluations done, oldest first.</summary>
    public IReadOnlyList<Evaluated> Evaluations => _evaluations;

    /// <summary>Versions that may have hacked their reward, oldest first.</summary>
    public IReadOnlyList<RewardHackingSuspected> Suspicions => _suspicions;

    /// <summary>Steps whose captions are fixed and that were not yet taken, oldest first.</summary>
    public IEnumerable<StepOpened> OpenSteps => _openSteps.Values.Select(open => open.Step).OrderBy(step => step.Step);

    /// <summary>Evaluations whose captions are fixed and that are not yet done.</summary>
    public IReadOnlyList<EvaluationOpened> OpenEvaluations => _openEvaluations;

    /// <summary>The newest policy; null before the run started.</summary>
    public PolicyRef? Policy =>
        _steps.Count > 0 ? new PolicyRef(_steps[^1].Made.Version, _steps[^1].Made.Checkpoint)
        : Settings is null ? null : new PolicyRef(0, Settings.VersionZero());

    /// <summary>The policy of that version.</summary>
    public PolicyRef? PolicyOf(int version) =>
        version == 0 ? Settings is null ? null : new PolicyRef(0, Settings.VersionZero())
        : _steps.FirstOrDefault(step => step.Made.Version == version) is { } made ? new PolicyRef(version, made.Made.Checkpoint) : null;

    /// <summary>The evaluation of that version on that split, decoded so; null when it was not done.</summary>
    public Evaluated? Evaluation(int version, string split, DecodingMode mode) =>
        _evaluations.LastOrDefault(done => done.Version == version && done.Split == split && done.Mode == mode);

    /// <summary>The captions that <see cref="Evaluation"/> was about.</summary>
    public EvaluationOpened? EvaluatedCaptions(int version, string split, DecodingMode mode) =>
        _evaluated.LastOrDefault(done => done.Policy.Version == version && done.Split == split && done.Decoding.Mode == mode);

    /// <summary>Applies the stream's next event. Events that say nothing about progress only count.</summary>
    public void Apply(object @event, DateTimeOffset at)
    {
        Version++;
        LastEventAt = at;
        switch (@event)
        {
            case RunStarted started:
                (Settings, StartedAt) = (started.Settings, at);
                break;
            case StepOpened opened:
                _openSteps[opened.Step] = (opened, at);
                break;
            case PolicyUpdated made:
                _openSteps.Remove(made.Version - 1, out var open);
                _steps.Add(new StepTaken(made, open.Step is null ? at : open.At, at));
                break;
            case EvaluationOpened opened:
                _openEvaluations.Add(opened);
                break;
            case Evaluated done:
                _evaluations.Add(done);
                _evaluated.AddRange(_openEvaluations.Where(opened => IsOf(opened, done)));
                _openEvaluations.RemoveAll(opened => IsOf(opened, done));
                break;
            case RewardHackingSuspected suspected:
                _suspicions.Add(suspected);
                break;
            case RunStopped:
                State = RunState.Stopped;
                break;
            case RunResumed:
                (State, Failure) = (RunState.Running, null);
                break;
            case RunCompleted:
                State = RunState.Completed;
                break;
            case RunArchived archived:
                Archived = archived;
                break;
            case RunFailed failed:
                (State, Failure) = (RunState.Failed, failed.Reason);
                break;
        }
    }

    static bool IsOf(EvaluationOpened opened, Evaluated done) =>
        opened.Policy.Version == done.Version && opened.Split == done.Split && opened.Decoding.Mode == done.Mode;
}
