namespace Pipeline.Contracts;

/// <summary>
/// The run was put away: its stream and its captions' are archived, and from here on nothing is appended to it. What was dropped on purpose is
/// listed, so that nobody takes it for lost.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="Version">The newest version.</param>
/// <param name="Kept">The versions whose weights are kept: the last and the best.</param>
/// <param name="Dropped">SHA-256 of the blobs that nobody keeps any more; empty when all are kept.</param>
public sealed record RunArchived(Guid RunId, int Version, IReadOnlyList<int> Kept, IReadOnlyList<string> Dropped);
