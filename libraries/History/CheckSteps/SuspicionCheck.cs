using Pipeline.Contracts;
using Pipeline.History.CheckCaptions;
using Pipeline.History.ReadEvents;
using Pipeline.Learning.DetectHacking;
using Pipeline.Learning.Steps;

namespace Pipeline.History.CheckSteps;

/// <summary>Suspicions of reward hacking: each that follows from the evaluations is in the run's stream in its place, and no other.</summary>
/// <param name="runId">The run.</param>
/// <param name="settings">Its settings.</param>
/// <param name="references">What people wrote of each held-out picture, by its SHA-256.</param>
sealed class SuspicionCheck(Guid runId, RunSettings settings, IReadOnlyDictionary<string, IReadOnlyList<string>> references)
{
    readonly DueJudgements _due = new();
    readonly List<double> _trained = [];
    readonly Dictionary<int, Dictionary<DecodingMode, MeasuredCaptions>> _measured = [];

    /// <summary>Takes the stream's next event.</summary>
    /// <exception cref="BadHistoryException">A suspicion is missing before it, or it is one that does not follow.</exception>
    public void Take(ReadEvent @event)
    {
        if (@event.Data is RewardHackingSuspected suspected)
        {
            RequireNone(@event, _due.Versions.Where(version => version < suspected.Version));
            Require(@event, suspected);
        }
        else if (!DueJudgements.IsPause(@event.Data)) RequireNone(@event, _due.Versions);
        _due.Apply(@event.Data);
        if (@event.Data is PolicyUpdated updated && TrainedReward.Of(updated, settings) is { } reward) _trained.Add(reward);
    }

    /// <summary>Takes in the captions of an evaluation that was closed.</summary>
    public void Add(Evaluated evaluated, EvaluationOpened opened, CaptionEvents captions)
    {
        if (evaluated.Metrics is null) return; // from before there were any: nobody judged by it
        _measured.TryAdd(evaluated.Version, []);
        _measured[evaluated.Version][evaluated.Mode] = MeasuredCaptions.Of(
            evaluated, EvaluationSummary.InOrder(opened, captions.Sampled), captions.Scored, references);
    }

    void RequireNone(ReadEvent @event, IEnumerable<int> versions)
    {
        foreach (var version in versions)
            if (Judge(version) is { } missing)
                throw @event.Bad(
                    $"expected {EventNames.All[typeof(RewardHackingSuspected)]} of version {version} ('{missing.Reward.Name}' rose, "
                    + $"'{missing.Fallen[0].Name}' fell) before it, found {@event.Recorded.Type}");
    }

    void Require(ReadEvent @event, RewardHackingSuspected suspected)
    {
        if (!_due.Versions.Contains(suspected.Version)) throw @event.Bad($"version {suspected.Version} is not to be judged here");
        var expected = Judge(suspected.Version) ?? throw @event.Bad($"its evaluations give no reason to suspect version {suspected.Version}");
        @event.Require(expected with
        {
            Reward = Near(expected.Reward, suspected.Reward), Fallen = [.. expected.Fallen.Select(
                (change, i) => i < suspected.Fallen.Count ? Near(change, suspected.Fallen[i]) : change)],
        });
    }

    RewardHackingSuspected? Judge(int version) =>
        HackingDetector.Judge(runId, version, settings, [.. _trained.Take(version)], _measured[0], _measured[version]);

    /// <summary>What was found when it differs in the last bits only.</summary>
    static MeasuredChange Near(MeasuredChange expected, MeasuredChange found) =>
        Close.Are(expected.Before, found.Before) && Close.Are(expected.After, found.After) && Close.Are(expected.Low, found.Low)
        && Close.Are(expected.High, found.High)
            ? expected with { Before = found.Before, After = found.After, Low = found.Low, High = found.High }
            : expected;
}
