using Pipeline.Contracts;

namespace Pipeline.Learning.Steps;

/// <summary>A run's stream as one hash: what no link covers (evaluations, pauses, failures, the order of all) is in it.</summary>
public static class StreamRoot
{
    /// <summary>Merkle root over the canonical JSON of <paramref name="events"/>, a stream's first ones in order.</summary>
    public static string Of(IEnumerable<object> events) => MerkleTree.Root([.. events.Select(CanonicalJson.Serialize)]);
}
