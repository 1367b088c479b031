using System.Net.Http.Headers;

namespace Pipeline.Downloads;

/// <summary>Something that can be fetched.</summary>
/// <param name="Name">As messages name it.</param>
/// <param name="Identity">By what fetched bytes are known to belong to the same content; null when nothing tells.</param>
/// <param name="Size">Bytes; null when not known.</param>
/// <param name="Get">
/// Asks once for these bytes, null for all; the answer is 200, 206 or 416, and the caller disposes it. What may be over in a moment is a
/// <see cref="TransientException"/>.
/// </param>
public sealed record RemoteContent(
    string Name, string? Identity, long? Size, Func<RangeHeaderValue?, CancellationToken, Task<HttpResponseMessage>> Get);
