using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Pipeline.Client;

namespace Pipeline.Studio.Captions;

/// <summary>How computing a caption again went.</summary>
/// <param name="IsEqual">Whether nothing contradicts the record.</param>
/// <param name="Lines">What was compared, and how it went.</param>
/// <param name="At">When.</param>
public sealed record Outcome(bool IsEqual, IReadOnlyList<string> Lines, DateTimeOffset At);

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
            return Remember(captionId, comparison.Problems.Count == 0, comparison.Lines().Select(line => line.Trim()));
        }
        catch (RequestException problem)
        {
            return Remember(captionId, false, [problem.Message]);
        }
        finally
        {
            _one.Release();
        }
    }

    Outcome Remember(Guid captionId, bool isEqual, IEnumerable<string> lines)
    {
        if (_outcomes.Count >= Remembered) _outcomes.Clear();
        return _outcomes[captionId] = new(isEqual, [.. lines], DateTimeOffset.UtcNow);
    }
}
