using Microsoft.Extensions.Options;
using Pipeline.Client;

namespace Pipeline.Studio.Captions;

/// <summary>How computing a caption again went.</summary>
/// <param name="IsEqual">Whether nothing contradicts the record.</param>
/// <param name="Lines">What was compared, and how it went.</param>
public sealed record Outcome(bool IsEqual, IReadOnlyList<string> Lines);

/// <summary>
/// Does again what the services did for a caption, and compares: it is written and drawn in this process, and the rewards are asked as a replay
/// asks them. Nothing is recorded. One at a time: a policy and a drawing model in memory are enough.
/// </summary>
sealed class ExecutedAgain(Connection connection, IOptions<StudioOptions> options)
{
    /// <summary>How long a reward may take.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Computes a caption again.</summary>
    /// <exception cref="RequestException">It belongs to no closed step or evaluation, or a reward does not answer.</exception>
    public async Task<Outcome> RunAsync(Guid runId, Guid captionId, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            var request = new RecomputeRequest(options.Value.DiffusionModel ?? "no drawing model", Patience);
            var comparison = await Recomputation.OfCaptionAsync(connection, runId, captionId, request, cancellation);
            return new(comparison.Problems.Count == 0, [.. comparison.Lines().Select(line => line.Trim())]);
        }
        finally
        {
            _one.Release();
        }
    }
}
