using Pipeline.Cli.Local;
using Pipeline.Contracts;
using Pipeline.Sampling;

namespace Pipeline.Cli.Audit.Recompute;

/// <summary>Writes captions again with the recorded version of the policy, as Rollout did.</summary>
sealed class SampledAgain(Connection connection, Comparison comparison) : IDisposable
{
    /// <summary>What another machine's last bits add up to over a network; a token that was drawn otherwise shows as another text.</summary>
    const double Tolerance = 1e-3;

    readonly PolicyCache _policies = new(connection.Checkpoints);

    /// <summary>Compares a command's chosen captions.</summary>
    public async Task CompareAsync(ChosenCaptions captions, IReadOnlyDictionary<Guid, CaptionSampled> recorded, CancellationToken cancellation)
    {
        using var writer = new CaptionWriter(_policies, connection.Pictures);
        foreach (var again in (await writer.WriteAsync(captions.Command, cancellation)).Where(caption => captions.Chosen.Contains(caption.CaptionId)))
        {
            var caption = recorded[again.CaptionId];
            var where = $"caption_sampled.v1, {Streams.Caption(caption.CaptionId)} at version 1: ";
            if (!again.TokenIds.SequenceEqual(caption.TokenIds))
                comparison.Problems.Add($"{where}version {caption.Policy.Version} writes '{again.Text}', found '{caption.Text}'");
            else
                comparison.Compare(
                    "captions written", [.. caption.LogProbs.Select(value => (double)value)], [.. again.LogProbs.Select(value => (double)value)],
                    Tolerance, difference => $"{where}logProbs differ from those of version {caption.Policy.Version} by {difference:0.0e+0}");
        }
    }

    public void Dispose() => _policies.Dispose();
}
