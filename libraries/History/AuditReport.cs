namespace Pipeline.History;

/// <summary>What was looked at, and what was found.</summary>
public sealed class AuditReport
{
    readonly SortedSet<string> _notChecked = new(StringComparer.Ordinal);
    readonly List<string> _notCovered = [];

    /// <summary>The run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The first thing that is wrong; null when nothing is.</summary>
    public Finding? Finding { get; internal set; }

    /// <summary>Events read and compared.</summary>
    public int Events { get; internal set; }

    /// <summary>Events among them with a digest of their own.</summary>
    public int Digests { get; internal set; }

    /// <summary>Captions, of steps and evaluations.</summary>
    public int Captions { get; internal set; }

    /// <summary>Drawings: streams of their own.</summary>
    public int Drawings { get; internal set; }

    /// <summary>Versions made.</summary>
    public int Versions { get; internal set; }

    /// <summary>Evaluations done.</summary>
    public int Evaluations { get; internal set; }

    /// <summary>Blobs whose content was compared with their names.</summary>
    public int Blobs { get; internal set; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Blobs that were dropped on purpose when the run was archived.</summary>
    public int DroppedOnPurpose { get; internal set; }

    /// <summary>Blobs that the source does not have and need not have.</summary>
    public IReadOnlyCollection<string> NotChecked => _notChecked;

    /// <summary>What no hash covers, such as captions that nothing was learned from yet.</summary>
    public IReadOnlyList<string> NotCovered => _notCovered;

    internal void DoNotCheck(string sha256) => _notChecked.Add(sha256);

    internal void DoNotCover(string what) => _notCovered.Add(what);
}

/// <summary>How far an audit is.</summary>
/// <param name="Stage">What is looked at.</param>
/// <param name="Done">How many of them are done.</param>
/// <param name="Total">How many there are.</param>
public readonly record struct AuditProgress(string Stage, int Done, int Total);
