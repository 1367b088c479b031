using Pipeline.Contracts;

namespace Pipeline.Learning.DetectHacking;

/// <summary>
/// Which versions are to be judged: a run's stream, folded. A version is due as soon as both its evaluations and both of version 0 are closed,
/// and until the Learner did anything else: then it was judged. Evaluations from before metrics were recorded are not judged.
/// </summary>
public sealed class DueJudgements
{
    static readonly DecodingMode[] Modes = [DecodingMode.Greedy, DecodingMode.Sample];

    readonly Dictionary<(int Version, DecodingMode Mode), Evaluated> _closed = [];
    readonly SortedSet<int> _due = [];
    readonly HashSet<int> _whole = [];

    /// <summary>The versions, smallest first.</summary>
    public IReadOnlyList<int> Versions => [.. _due];

    /// <summary>A version's closed evaluations, greedy captions first.</summary>
    public IEnumerable<Evaluated> Evaluations(int version) => Modes.Select(mode => _closed[(version, mode)]);

    /// <summary>Takes in the stream's next event.</summary>
    public void Apply(object @event)
    {
        if (@event is RewardHackingSuspected suspected) _due.RemoveWhere(version => version <= suspected.Version);
        else if (!IsPause(@event)) _due.Clear();
        if (@event is Evaluated { Metrics: not null } evaluated) Close(evaluated);
    }

    /// <summary>Whether an event may come between an evaluation and its judgement.</summary>
    public static bool IsPause(object @event) => @event is RunStopped or RunFailed or RunResumed;

    void Close(Evaluated evaluated)
    {
        _closed[(evaluated.Version, evaluated.Mode)] = evaluated;
        if (!IsWhole(0)) return;
        foreach (var version in _closed.Keys.Select(key => key.Version).Distinct().Where(version => version > 0 && IsWhole(version)))
            if (_whole.Add(version)) _due.Add(version);
    }

    bool IsWhole(int version) => Modes.All(mode => _closed.ContainsKey((version, mode)));
}
