using Pipeline.Contracts;
using Pipeline.History.ReadEvents;

namespace Pipeline.History.CheckCaptions;

/// <summary>The events of a step's or an evaluation's captions, in the order of the captions.</summary>
/// <param name="Streams">The captions' streams.</param>
/// <param name="Sampled">What was written.</param>
/// <param name="Drawings">What was drawn, with its events.</param>
/// <param name="Scored">The scores.</param>
sealed record CaptionEvents(
    IReadOnlyList<string> Streams, IReadOnlyList<CaptionSampled> Sampled,
    IReadOnlyList<(ReadEvent Event, ImagesRendered Rendered, string Text)> Drawings, IReadOnlyList<CaptionScored> Scored)
{
    /// <summary>What was drawn.</summary>
    public IReadOnlyList<ImagesRendered> Rendered => [.. Drawings.Select(drawing => drawing.Rendered)];
}
