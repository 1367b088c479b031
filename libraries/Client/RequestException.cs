namespace Pipeline.Client;

/// <summary>Something that was asked for cannot be done, and whoever asked can put it right. The message is written for people.</summary>
public sealed class RequestException(string message) : Exception(message);
