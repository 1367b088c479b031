namespace Pipeline.Hosting;

/// <summary>The server that keeps the blobs refused, or could not be reached.</summary>
/// <param name="message">What could not be done where, and why: one line.</param>
/// <param name="mayPass">See <see cref="MayPass"/>.</param>
/// <param name="cause">What the server or the network said.</param>
public sealed class BlobStorageException(string message, bool mayPass, Exception cause) : Exception(message.ReplaceLineEndings(" "), cause)
{
    /// <summary>Whether trying later may help: a server that is away may come back, one that refuses will refuse again.</summary>
    public bool MayPass { get; } = mayPass;
}
