using Pipeline.Contracts;
using Pipeline.Sampling;

namespace Pipeline.Client;

/// <summary>Writes captions again with the recorded version of the policy, as Rollout did.</summary>
sealed class SampledAgain : IDisposable
{
    /// <summary>What another machine's last bits add up to over a network; a token that was drawn otherwise shows as another text.</summary>
    const double Tolerance = 1e-3;

    readonly Comparison _comparison;
    readonly PolicyCache _policies;
    readonly CaptionWriter _writer;

    /// <summary>Pictures and policies stay in memory from one command to the next.</summary>
    public SampledAgain(Connection connection, Comparison comparison)
    {
        (_comparison, _policies) = (comparison, new PolicyCache(connection.Checkpoints));
        _writer = new CaptionWriter(_policies, connection.Pictures);
    }

    /// <summary>Compares a command's chosen captions.</summary>
    public async Task CompareAsync(ChosenCaptions captions, IReadOnlyDictionary<Guid, CaptionSampled> recorded, CancellationToken cancellation)
    {
        foreach (var again in (await _writer.WriteAsync(captions.Command, cancellation)).Where(caption => captions.Chosen.Contains(caption.CaptionId)))
        {
            var caption = recorded[again.CaptionId];
            var where = $"caption_sampled.v1, {Streams.Caption(caption.CaptionId)} at version 1: ";
            if (!again.TokenIds.SequenceEqual(caption.TokenIds))
                _comparison.Problems.Add($"{where}version {caption.Policy.Version} writes '{again.Text}', found '{caption.Text}'");
            else
                _comparison.Compare(
                    "captions written", [.. caption.LogProbs.Select(value => (double)value)], [.. again.LogProbs.Select(value => (double)value)],
                    Tolerance, difference => $"{where}logProbs differ from those of version {caption.Policy.Version} by {difference:0.0e+0}");
        }
    }

    public void Dispose()
    {
        _writer.Dispose();
        _policies.Dispose();
    }
}
