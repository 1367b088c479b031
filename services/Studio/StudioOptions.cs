using System.ComponentModel.DataAnnotations;

namespace Pipeline.Studio;

/// <summary>What Studio is told besides the pipeline's own settings: configuration section <c>Studio</c>, environment <c>Studio__NAME</c>.</summary>
public sealed class StudioOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Studio";

    /// <summary>Where it listens when nothing else is said: on this machine only.</summary>
    public const string DefaultAddress = "http://127.0.0.1:8090";

    /// <summary>The address that people open, for the link that is printed; where it listens, when nothing is said.</summary>
    [Url]
    public string? Url { get; set; }

    /// <summary>The address of Seq's pages in people's browsers, for links to logs and traces; none without it.</summary>
    [Url]
    public string? Seq { get; set; }

    /// <summary>The folder of the embedded model pack: runs can be started from its captioner and its pictures. Without it, only from what is there.</summary>
    public string? Pack { get; set; }

    /// <summary>The folder of the model that draws, for captions that are drawn again to compare; they are not without it.</summary>
    public string? DiffusionModel { get; set; }

    /// <summary>How often the store is asked for news while somebody watches.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan Refresh { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often an open event stream is told that it is open, and asked whether its listener is still signed in.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:10:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);
}
