using Pipeline.Contracts;

namespace Pipeline.Seeding;

/// <summary>A branch that learns from the replay's scores of the run's captions. It writes captions only to be measured.</summary>
sealed class BranchHistory
{
    readonly RunHistory _run;
    readonly ReplayHistory _replay;
    readonly RunSettings _settings;
    readonly EvaluationHistory _evaluations;
    double _seconds;

    /// <param name="run">The run, written.</param>
    /// <param name="replay">The replay, written.</param>
    public BranchHistory(RunHistory run, ReplayHistory replay)
    {
        (_run, _replay, _seconds) = (run, replay, run.Seconds + 300);
        var first = run.FirstReplayedStep;
        _settings = run.Settings with
        {
            Name = "seeded branch", Steps = Math.Min(run.Options.BranchSteps, run.ReplayedSteps), EvaluateEvery = 0, Drawing = null,
            Rewards = new Dictionary<string, double> { [ReplayHistory.Reward] = 1 }, Branch = new(run.RunId, run.Policy(first), first, replay.ReplayId),
        };
        RunId = Ids.Run(CanonicalJson.Sha256(_settings), 0);
        _evaluations = new(RunId, _settings, run.Pack, new CaptionHistory(RunId, run.Pack, run.Numbers, _settings.Rewards.Keys));
    }

    /// <summary>The branch.</summary>
    public Guid RunId { get; }

    /// <summary>All events.</summary>
    public IReadOnlyList<SeededEvent> Events()
    {
        List<SeededEvent> events = [Own("run-started", "", new RunStarted(RunId, _settings))];
        _seconds = _evaluations.Add(events, new(0, _settings.VersionZero()), 0.5, _seconds);
        PolicyUpdated? made = null;
        for (var step = 0; step < _settings.Steps; step++)
        {
            var (recorded, scores) = _run.Recorded[step];
            var opened = recorded with { RunId = RunId, Step = step };
            events.Add(Own("step-opened", step, opened));
            made = MadeUpFigures.Update(RunId, _settings, opened, [], 0.5 + (0.2 * step / _settings.Steps), _run.Numbers);
            made = made with { Metrics = new Dictionary<string, double>(made.Metrics)
            {
                [$"reward/{ReplayHistory.Reward}/mean"] = scores.Average(score => _replay.Scores[score.CaptionId]),
                [$"reward/{ReplayHistory.Reward}/std"] = MadeUpFigures.Deviation([.. scores.Select(score => _replay.Scores[score.CaptionId])]),
            } };
            _seconds += RunHistory.SecondsPerStep / 2;
            events.Add(Own("policy-updated", step + 1, made));
        }
        var newest = new PolicyRef(made!.Version, made.Checkpoint);
        _seconds = _evaluations.Add(events, newest, 0.75, _seconds);
        events.Add(Own("run-completed", "", new RunCompleted(RunId, newest, made.WeightsSha256)));
        return events;
    }

    SeededEvent Own(string kind, object discriminator, object data) =>
        new(Streams.Run(RunId), Ids.Event(Streams.Run(RunId), kind, discriminator), data, "learner", RunId, _seconds);
}
