using Pipeline.Contracts;

namespace Pipeline.Learning.Steps;

/// <summary>The chain of a run's history: each <see cref="PolicyUpdated"/> names the hash of the one before it.</summary>
public static class Link
{
    /// <summary>SHA-256 of an event's canonical JSON, 64 lower-case hex digits.</summary>
    public static string To(object @event) => CanonicalJson.Sha256(@event);
}
