using Pipeline.Contracts;
using Pipeline.History.ReadEvents;

namespace Pipeline.History.CheckCaptions;

/// <summary>
/// The streams of drawings that captions refer to: each says what its hash says, and has the pictures that the captions have.
/// </summary>
sealed class DrawingCheck(EventStreams streams, AuditReport report)
{
    readonly Dictionary<string, DrawingStored> _known = [];

    /// <summary>Checks the drawings of <paramref name="captions"/>.</summary>
    public async Task CheckAsync(CaptionEvents captions, CancellationToken cancellation)
    {
        string[] names =
            [.. captions.Drawings.Select(drawing => drawing.Rendered.Drawing).Distinct().Where(name => !_known.ContainsKey(name))];
        foreach (var (name, events) in names.Zip(await streams.ReadAsync([.. names.Select(Streams.Drawing)], cancellation)))
        {
            _known[name] = Stored(name, events);
            report.Drawings++;
        }
        foreach (var (_, rendered, text) in captions.Drawings)
        {
            var stored = _known[rendered.Drawing];
            var expected = new DrawingStored(rendered.Drawing, text, rendered.Recipe, rendered.Images);
            if (JsonDifference.Of(expected, stored) is { } difference)
                throw BadHistoryException.At(
                    Streams.Drawing(rendered.Drawing), 1, "drawing_stored.v1", $"a caption was drawn otherwise: {difference}",
                    [Streams.Drawing(rendered.Drawing), Streams.Caption(rendered.CaptionId)]);
        }
    }

    static DrawingStored Stored(string name, IReadOnlyList<ReadEvent> events)
    {
        if (events.Count == 0)
            throw BadHistoryException.At(
                Streams.Drawing(name), 1, "drawing_stored.v1", "the drawing is missing, although captions refer to it");
        if (events[0].Data is not DrawingStored stored) throw events[0].Bad("a drawing's stream holds drawing_stored.v1");
        if (events.Count > 1) throw events[1].Bad("a drawing is stored once");
        events[0].Require(stored with
        {
            Drawing = DrawingHash.Of(stored.Text, stored.Recipe, stored.Images.Select(image => image.Seed)),
        });
        return stored;
    }
}
