namespace Pipeline.Downloads;

/// <summary>Something cannot be fetched; the message is one line for people: what, where, and the way out.</summary>
/// <param name="message">The line.</param>
/// <param name="cause">What is behind it, when there is something.</param>
public class DownloadException(string message, Exception? cause = null) : Exception(message, cause);
