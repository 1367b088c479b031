using System.Security.Cryptography;
using Pipeline.Captioner;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Models;
using Pipeline.Models.Safetensors;

namespace Pipeline.Sampling;

/// <summary>A policy in memory.</summary>
/// <param name="Model">The captioner.</param>
/// <param name="Encoder">SHA-256 of the encoder's weights: versions of a run share an encoder, and so what it makes of a picture.</param>
public sealed record LoadedPolicy(CaptionModel Model, string Encoder) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}

/// <summary>The policies used last. Called by one thread at a time, which also uses what it gets before it asks again.</summary>
public sealed class PolicyCache(CheckpointStore checkpoints) : IDisposable
{
    // The newest policy, the one before it under an overlapped schedule, and the one that an evaluation still measures.
    const int Capacity = 3;

    readonly LinkedList<(string Checkpoint, LoadedPolicy Policy)> recent = [];

    /// <summary>The policy, loaded when it is not there.</summary>
    public async Task<LoadedPolicy> GetAsync(PolicyRef policy, CancellationToken cancel)
    {
        var node = recent.First;
        while (node is not null && node.Value.Checkpoint != policy.Checkpoint) node = node.Next;
        if (node is not null)
        {
            recent.Remove(node);
            recent.AddFirst(node);
            return node.Value.Policy;
        }

        var files = await checkpoints.OpenAsync(policy.Checkpoint, cancel);
        var loaded = new LoadedPolicy(CaptionModel.Load(files), EncoderHash(files));
        recent.AddFirst((policy.Checkpoint, loaded));
        if (recent.Count > Capacity)
        {
            recent.Last!.Value.Policy.Dispose();
            recent.RemoveLast();
        }
        return loaded;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, policy) in recent) policy.Dispose();
        recent.Clear();
    }

    static string EncoderHash(IModelFiles files)
    {
        using var weights = SafetensorsFile.Open(files);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[1 << 20];
        foreach (var entry in weights.Entries.Where(entry => !entry.Name.StartsWith("decoder.", StringComparison.Ordinal)))
            for (long offset = 0; offset < entry.ByteLength; offset += chunk.Length)
            {
                var part = chunk.AsSpan(0, (int)Math.Min(chunk.Length, entry.ByteLength - offset));
                weights.Read(entry, part, offset);
                hash.AppendData(part);
            }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
