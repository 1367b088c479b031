using Pipeline.Contracts;
using Pipeline.History.ReadEvents;
using Pipeline.Learning.PlanStep;
using Pipeline.Learning.Steps;

namespace Pipeline.History.CheckRun;

/// <summary>
/// A run's stream, event by event, as the Learner would have written it: what is due next follows from what was before, and everything but
/// what was learned follows from the settings and the pictures.
/// </summary>
sealed class RunWalk
{
    enum Status
    {
        Unknown,
        Running,
        Stopped,
        Failed,
        Completed,
        Archived,
    }

    readonly Guid _runId;
    readonly RunSettings _settings;
    readonly IReadOnlyList<string> _train;
    readonly IReadOnlyList<string> _heldOut;
    readonly Func<int, StepOpened?>? _recorded;
    readonly List<ReadEvent> _events = [];
    readonly Dictionary<int, ReadEvent> _openSteps = [];
    readonly List<ReadEvent> _openEvaluations = [];
    readonly HashSet<(int Version, DecodingMode Mode)> _evaluations = [];
    readonly List<PolicyRef> _policies = [];
    Status _status;
    int _stepsOpened;

    /// <summary>Begins before the first event.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="train">Training pictures.</param>
    /// <param name="heldOut">Held-out pictures.</param>
    /// <param name="recorded">A branch's steps, which follow from another run's; null for a run that writes its own captions.</param>
    public RunWalk(
        Guid runId, RunSettings settings, IReadOnlyList<string> train, IReadOnlyList<string> heldOut, Func<int, StepOpened?>? recorded = null)
    {
        (_runId, _settings, _train, _heldOut, _recorded) = (runId, settings, train, heldOut, recorded);
        _policies.Add(new PolicyRef(0, settings.VersionZero()));
    }

    /// <summary>The newest version.</summary>
    public int Version => _policies.Count - 1;

    /// <summary>SHA-256 of the newest version's weights; null for version 0.</summary>
    public string? WeightsSha256 { get; private set; }

    /// <summary>What the header of the next version's weights names as their parent.</summary>
    public string Parent => WeightsSha256 ?? _policies[0].Checkpoint;

    /// <summary>Steps and evaluations that were opened and not closed.</summary>
    public IEnumerable<ReadEvent> Open => _openSteps.OrderBy(step => step.Key).Select(step => step.Value).Concat(_openEvaluations);

    /// <summary>The event that the next link is to; null before the first event.</summary>
    public ReadEvent? LastLink => _events.LastOrDefault(@event => @event.Data is RunStarted or PolicyUpdated);

    IEnumerable<object> Data => _events.Select(@event => @event.Data);

    /// <summary>Takes the next event.</summary>
    /// <returns>The step or evaluation that it closes; null when it closes none.</returns>
    /// <exception cref="BadHistoryException">It could not have come next, or says something else than follows.</exception>
    public ReadEvent? Take(ReadEvent @event)
    {
        var closed = @event.Data switch
        {
            RunStarted started => Start(@event, started),
            StepOpened or EvaluationOpened => Opened(@event),
            PolicyUpdated updated => Updated(@event, updated),
            Evaluated evaluated => Evaluated(@event, evaluated),
            RewardHackingSuspected suspected => Suspected(@event, suspected),
            RunStopped stopped => Paused(@event, Status.Stopped, stopped with
            {
                RunId = _runId, Version = Version, Link = Expected(stopped.Link, () => Link.To(LastLink!.Data)),
                StreamRoot = Expected(stopped.StreamRoot, () => StreamRoot.Of(Data)),
            }),
            RunFailed failed => Paused(@event, Status.Failed, failed with { RunId = _runId, Version = Version }),
            RunResumed => Resumed(@event),
            RunCompleted completed => Completed(@event, completed),
            RunArchived archived => Archived(@event, archived),
            _ => throw @event.Bad("it belongs into no run's stream"),
        };
        _events.Add(@event);
        return closed;
    }

    ReadEvent? Start(ReadEvent @event, RunStarted started)
    {
        if (_status != Status.Unknown) throw @event.Bad("the run has started already");
        @event.Require(started with { RunId = _runId });
        _status = Status.Running;
        return null;
    }

    ReadEvent? Opened(ReadEvent @event)
    {
        RequireRunning(@event);
        var due = Due() ?? throw @event.Bad("nothing is due here");
        if (due.GetType() != @event.Data.GetType())
            throw @event.Bad($"expected {EventNames.All[due.GetType()]}, found {@event.Recorded.Type}");
        @event.Require(due);
        if (due is StepOpened step)
        {
            _stepsOpened++;
            _openSteps[step.Step] = @event;
            return null;
        }
        var evaluation = (EvaluationOpened)due;
        _evaluations.Add((evaluation.Policy.Version, evaluation.Decoding.Mode));
        _openEvaluations.Add(@event);
        return null;
    }

    /// <summary>What the Learner opens next; null when it waits for captions and scores.</summary>
    object? Due()
    {
        if (_stepsOpened <= Math.Min(_settings.Steps - 1, Version + _settings.MaxStaleness))
        {
            if (_recorded is not null) return _recorded(_stepsOpened);
            var policy = _policies[Math.Max(0, _stepsOpened - _settings.MaxStaleness)];
            return new StepOpened(_runId, _stepsOpened, policy, StepPlan.Training(_runId, _settings, _stepsOpened, _train));
        }
        if (_heldOut.Count == 0 || !StepPlan.IsEvaluated(_settings, Version)) return null;
        foreach (var mode in (DecodingMode[])[DecodingMode.Greedy, DecodingMode.Sample])
        {
            if (_evaluations.Contains((Version, mode))) continue;
            return new EvaluationOpened(
                _runId, _policies[Version], "heldout", new Decoding(mode, _settings.MaxNewTokens, _settings.Temperature),
                StepPlan.Evaluation(_runId, _settings, Version, "heldout", mode, _heldOut));
        }
        return null;
    }

    ReadEvent Updated(ReadEvent @event, PolicyUpdated updated)
    {
        RequireNothingDue(@event);
        if (!_openSteps.Remove(Version, out var step)) throw @event.Bad($"step {Version} is not open");
        @event.Require(updated with
        {
            RunId = _runId, Version = Version + 1, Parent = _policies[Version], Previous = Link.To(LastLink!.Data),
            CaptionIds = [.. ((StepOpened)step.Data).Captions.Select(caption => caption.CaptionId)],
        });
        _policies.Add(new PolicyRef(updated.Version, updated.Checkpoint));
        WeightsSha256 = updated.WeightsSha256;
        return step;
    }

    ReadEvent Evaluated(ReadEvent @event, Evaluated evaluated)
    {
        RequireNothingDue(@event);
        var wanted = (evaluated.Version, evaluated.Mode);
        var opened = _openEvaluations.Find(open =>
            open.Data is EvaluationOpened evaluation && (evaluation.Policy.Version, evaluation.Decoding.Mode) == wanted)
            ?? throw @event.Bad($"no {evaluated.Mode} evaluation of version {evaluated.Version} is open");
        _openEvaluations.Remove(opened);
        return opened;
    }

    ReadEvent? Suspected(ReadEvent @event, RewardHackingSuspected suspected)
    {
        RequireNothingDue(@event);
        @event.Require(suspected with { RunId = _runId });
        return null;
    }

    ReadEvent? Paused(ReadEvent @event, Status status, object expected)
    {
        RequireRunning(@event);
        @event.Require(expected);
        _status = status;
        return null;
    }

    ReadEvent? Resumed(ReadEvent @event)
    {
        if (_status is not (Status.Stopped or Status.Failed)) throw @event.Bad("the run is not paused here");
        @event.Require(new RunResumed(_runId, Version));
        _status = Status.Running;
        return null;
    }

    ReadEvent? Completed(ReadEvent @event, RunCompleted completed)
    {
        RequireNothingDue(@event);
        if (Open.Any() || Version != _settings.Steps)
            throw @event.Bad($"the run is at version {Version} of {_settings.Steps}, with {Open.Count()} steps and evaluations open");
        @event.Require(new RunCompleted(
            _runId, _policies[Version], WeightsSha256!, Expected(completed.Link, () => Link.To(LastLink!.Data)),
            Expected(completed.StreamRoot, () => StreamRoot.Of(Data))));
        _status = Status.Completed;
        return null;
    }

    ReadEvent? Archived(ReadEvent @event, RunArchived archived)
    {
        if (_status is not (Status.Stopped or Status.Failed or Status.Completed)) throw @event.Bad($"the run is {_status.ToString().ToLowerInvariant()} here");
        @event.Require(archived with { RunId = _runId, Version = Version });
        _status = Status.Archived;
        return null;
    }

    void RequireRunning(ReadEvent @event)
    {
        if (_status != Status.Running) throw @event.Bad($"the run is {_status.ToString().ToLowerInvariant()} here");
    }

    void RequireNothingDue(ReadEvent @event)
    {
        RequireRunning(@event);
        if (Due() is { } due) throw @event.Bad($"expected {EventNames.All[due.GetType()]}, found {@event.Recorded.Type}");
    }

    /// <summary>Events from before a hash was recorded have none.</summary>
    static string? Expected(string? recorded, Func<string> hash) => recorded is null ? null : hash();
}
