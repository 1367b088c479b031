namespace Pipeline.Hosting;

/// <summary>Somebody else appended to a stream that was expected to be at another version.</summary>
/// <param name="stream">The stream.</param>
/// <param name="expected">The version it was expected to be at; 0: that it does not exist.</param>
/// <param name="actual">The version it is at.</param>
public sealed class StreamVersionException(string stream, long expected, long actual)
    : Exception($"Stream '{stream}' is at version {actual}, not at {expected} as expected: somebody else appended to it.")
{
    /// <summary>The stream.</summary>
    public string Stream { get; } = stream;

    /// <summary>The version that was expected; 0: that the stream does not exist.</summary>
    public long Expected { get; } = expected;

    /// <summary>The version it is at.</summary>
    public long Actual { get; } = actual;
}
