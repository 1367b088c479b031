using System.Globalization;

namespace Pipeline.Client;

/// <summary>How computing something again went.</summary>
public sealed class Comparison
{
    readonly Dictionary<string, (int Equal, int Close, double Largest)> _counts = [];
    readonly SortedSet<string> _notCompared = new(StringComparer.Ordinal);

    /// <summary>What contradicts the record: event, stream and what was found instead.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Whether nothing at all could be compared.</summary>
    public bool IsEmpty => _counts.Count == 0 && Problems.Count == 0;

    /// <summary>Whether everything could be computed again.</summary>
    public bool IsWhole => _notCompared.Count == 0;

    /// <summary>A value is the recorded one, bit for bit.</summary>
    public void Equal(string what) => Add(what, 1, 0, 0);

    /// <summary>A value is not, but by no more than another machine's arithmetic makes.</summary>
    public void Close(string what, double difference) => Add(what, 0, 1, difference);

    /// <summary>Something could not be computed here.</summary>
    public void NotCompared(string why) => _notCompared.Add(why);

    /// <summary>Compares figures: equal, close within <paramref name="tolerance"/>, or a problem.</summary>
    /// <param name="what">What they are, for the summary.</param>
    /// <param name="recorded">As the event has them.</param>
    /// <param name="found">As computed again.</param>
    /// <param name="tolerance">What other arithmetic may change.</param>
    /// <param name="problem">What to say when it is more.</param>
    public void Compare(string what, IReadOnlyList<double> recorded, IReadOnlyList<double> found, double tolerance, Func<double, string> problem)
    {
        var difference = recorded.Count != found.Count ? double.PositiveInfinity
            : recorded.Zip(found, (a, b) => Math.Abs(a - b)).DefaultIfEmpty(0).Max();
        if (difference == 0) Equal(what);
        else if (difference <= tolerance) Close(what, difference);
        else Problems.Add(problem(difference));
    }

    /// <summary>The outcome for a person.</summary>
    public IEnumerable<string> Lines()
    {
        foreach (var (what, (equal, close, largest)) in _counts)
            yield return close == 0
                ? $"  {what}: {equal} again, bit for bit"
                : string.Create(CultureInfo.InvariantCulture, $"  {what}: {equal} again bit for bit, {close} within {largest:0.0e+0} (another machine, build or number of threads)");
        foreach (var why in _notCompared) yield return $"  not computed again: {why}";
        foreach (var problem in Problems) yield return $"  problem  {problem}";
    }

    void Add(string what, int equal, int close, double difference)
    {
        var before = _counts.GetValueOrDefault(what);
        _counts[what] = (before.Equal + equal, before.Close + close, Math.Max(before.Largest, difference));
    }
}
