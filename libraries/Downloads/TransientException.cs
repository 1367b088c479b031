using System.Net;

namespace Pipeline.Downloads;

/// <summary>A failure that may be over in a moment: a cut or silent connection, or a status that says so.</summary>
/// <param name="message">What happened.</param>
/// <param name="cause">What is behind it.</param>
/// <param name="retryAfter">How long the server wants to be left alone.</param>
public sealed class TransientException(string message, Exception? cause = null, TimeSpan? retryAfter = null) : Exception(message, cause)
{
    /// <summary>How long the server wants to be left alone; null when it did not say.</summary>
    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>Whether a status may be another one in a moment.</summary>
    public static bool Is(HttpStatusCode status) => (int)status is 408 or 429 or >= 500;

    /// <summary>The failure that a response stands for.</summary>
    public static TransientException Of(HttpResponseMessage response)
    {
        var wish = response.Headers.RetryAfter;
        var wait = wish?.Delta ?? (wish?.Date is { } date ? date - DateTimeOffset.UtcNow : null);
        return new TransientException(
            $"the server answers {(int)response.StatusCode}", retryAfter: wait < TimeSpan.Zero ? TimeSpan.Zero : wait);
    }
}
