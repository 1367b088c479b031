using System.Reflection;
using Pipeline.Contracts;

namespace Pipeline.Hosting;

/// <summary>
/// What a message says about where it belongs, read from its members by name, so that any reward's own messages take part.
/// </summary>
public static class MessageProperties
{
    static readonly string[] Logged = ["RunId", "Step", "BatchId", "CaptionId", "Reward"];

    /// <summary>The run of <paramref name="message"/>, or null when it has none.</summary>
    public static Guid? RunIdOf(object message) => Value(message, "RunId") as Guid?;

    /// <summary>
    /// The properties that log lines about <paramref name="message"/> carry, as far as it has them: RunId, Step, BatchId, Reward,
    /// PolicyVersion, and CaptionId when it is about one caption.
    /// </summary>
    public static IEnumerable<KeyValuePair<string, object>> Of(object message)
    {
        foreach (var name in Logged)
            if (Value(message, name) is { } value)
                yield return new(name, value);

        var only = OnlyCaption(message);
        if (only is not null && Value(only, "CaptionId") is { } captionId) yield return new("CaptionId", captionId);
        var policy = Value(message, "Policy") ?? (FirstCaption(message) is { } first ? Value(first, "Policy") : null);
        if (policy is PolicyRef { Version: var version }) yield return new("PolicyVersion", version);
        else if (Value(message, "Version") is int made) yield return new("PolicyVersion", made);
    }

    static object? OnlyCaption(object message) =>
        Value(message, "Captions") is System.Collections.IEnumerable captions
        && captions.Cast<object>().Take(2).ToArray() is [var only] ? only : null;

    static object? FirstCaption(object message) =>
        (Value(message, "Captions") as System.Collections.IEnumerable)?.Cast<object>().FirstOrDefault();

    static object? Value(object message, string name) =>
        message.GetType().GetProperty(name, BindingFlags.Public | BindingFlags.Instance)?.GetValue(message);
}
