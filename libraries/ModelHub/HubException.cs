using Pipeline.Downloads;

namespace Pipeline.ModelHub;

/// <summary>Models cannot be had; the message is one line for people: what, where, and the way out.</summary>
/// <param name="message">The line.</param>
/// <param name="cause">What is behind it, when there is something.</param>
public sealed class HubException(string message, Exception? cause = null) : DownloadException(message, cause);
