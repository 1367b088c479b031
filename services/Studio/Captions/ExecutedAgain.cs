using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Pipeline.Client;

namespace Pipeline.Studio.Captions;

/// <summary>What computing a caption again says of the record.</summary>
public enum Verdict
{
    /// <summary>Everything is as recorded.</summary>
    Same,

    /// <summary>What could be computed again is as recorded; not all could.</summary>
    Partly,

    /// <summary>Something is not as recorded.</summary>
    Differs,

    /// <summary>Nothing could be computed again, which says nothing of the record.</summary>
    Unknown,
}

/// <summary>How computing a caption again went.</summary>
/// <param name="Verdict">What it says of the record.</param>
/// <param name="Lines">What was compared, and how it went; why something was not.</param>
/// <param name="At">When.</param>
public sealed record Outcome(Verdict Verdict, IReadOnlyList<string> Lines, DateTimeOffset At);

/// <summary>
/// Does again what the services did for a caption, and compares: it is written and drawn in this process, and the rewards are asked as a replay
/// asks them. Nothing is recorded. One at a time: a policy and a drawing model in memory are enough.
/// </summary>
sealed class ExecutedAgain(Connection connection, IOptions<StudioOptions> options)
{
    /// <summary>How long a reward may take.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>So many outcomes are remembered, for pages that are looked at again.</summary>
    const int Remembered = 100;

    readonly SemaphoreSlim _one = new(1, 1);
    readonly ConcurrentDictionary<Guid, Outcome> _outcomes = new();

    /// <summary>How it went the last time; null when nobody asked since Studio started.</summary>
    public Outcome? Newest(Guid captionId) => _outcomes.GetValueOrDefault(captionId);

    /// <summary>Computes a caption again. What keeps it from being computed is an outcome too.</summary>
    public async Task<Outcome> RunAsync(Guid runId, Guid captionId, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            var request = new RecomputeRequest(options.Value.DiffusionModel ?? "no drawing model", Patience);
            var comparison = await Recomputation.OfCaptionAsync(connection, runId, captionId, request, cancellation);
            return Remember(captionId, VerdictOf(comparison), comparison.Lines().Select(line => line.Trim()));
        }
        catch (RequestException problem)
        {
            return Remember(captionId, Verdict.Unknown, [problem.Message]);
        }
        finally
        {
            _one.Release();
        }
    }

    internal static Verdict VerdictOf(Comparison comparison) =>
        comparison.Problems.Count > 0 ? Verdict.Differs
        : comparison.IsEmpty ? Verdict.Unknown
        : comparison.IsWhole ? Verdict.Same
        : Verdict.Partly;

    Outcome Remember(Guid captionId, Verdict verdict, IEnumerable<string> lines)
    {
        if (_outcomes.Count >= Remembered) _outcomes.Clear();
        return _outcomes[captionId] = new(verdict, [.. lines], DateTimeOffset.UtcNow);
    }
}
