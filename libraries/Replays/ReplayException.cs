namespace Pipeline.Replays;

/// <summary>A replay cannot begin or go on; the message says why, for a person.</summary>
/// <param name="message">What is wrong and what to do.</param>
public sealed class ReplayException(string message) : Exception(message);
