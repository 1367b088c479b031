using System.Net;

namespace Pipeline.Downloads;

/// <summary>A server answers that it will not give something, now or later.</summary>
/// <param name="what">What was asked for.</param>
/// <param name="status">The answer's status.</param>
public sealed class RefusedException(string what, HttpStatusCode status) : DownloadException($"{what}: the server answers {(int)status}")
{
    /// <summary>The answer's status.</summary>
    public HttpStatusCode Status => status;
}
