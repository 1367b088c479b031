using System.Text.Json;
using Microsoft.Extensions.Options;
using Pipeline.Client;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Projections;
using Pipeline.Projections.Policies;
using Pipeline.Studio.Shared;

namespace Pipeline.Studio.Captions;

/// <summary>An event of a caption with everything that is recorded beside it.</summary>
/// <param name="Number">Its place in the caption's stream, from 1.</param>
/// <param name="EventId">Its id.</param>
/// <param name="Type">Its name, such as <c>caption_scored.v1</c>.</param>
/// <param name="At">When it was appended.</param>
/// <param name="Service">The service that appended it.</param>
/// <param name="Build">That service's build.</param>
/// <param name="Cause">The message that caused it.</param>
/// <param name="Trace">The trace that it was made in; null in events from before that was recorded.</param>
/// <param name="ElapsedMs">Milliseconds from when its message was taken until it was appended; null like <paramref name="Trace"/>.</param>
/// <param name="Sha256">SHA-256 of its canonical JSON, as recorded.</param>
/// <param name="IsIntact">Whether the content still has that SHA-256; null when none is recorded.</param>
/// <param name="Blobs">The pictures that it names.</param>
/// <param name="Data">What it says.</param>
sealed record CaptionEvent(
    long Number, Guid EventId, string Type, DateTimeOffset At, string? Service, string? Build, string? Cause, string? Trace, double? ElapsedMs,
    string? Sha256, bool? IsIntact, IReadOnlyList<string> Blobs, object Data);

/// <summary>All that is recorded of a caption.</summary>
/// <param name="Caption">The caption.</param>
/// <param name="Rounds">What was drawn of it, in order.</param>
/// <param name="Scores">Its scores, in order.</param>
/// <param name="Events">Every event of its stream, in order.</param>
/// <param name="LearnedBy">The versions that learned from it.</param>
/// <param name="RunName">Its run's name; null for a question that belongs to no run.</param>
sealed record CaptionRecord(
    CaptionSampled Caption, IReadOnlyList<ImagesRendered> Rounds, IReadOnlyList<CaptionScored> Scores, IReadOnlyList<CaptionEvent> Events,
    IReadOnlyList<PolicyVersion> LearnedBy, string? RunName);

/// <summary>Reads captions.</summary>
sealed class CaptionReader(EventAppender events, ProjectionStore projections, RunCatalogue runs, IOptions<StudioOptions> options)
{
    /// <summary>All that is recorded of a caption.</summary>
    /// <exception cref="MissingException">It was never written.</exception>
    public async Task<CaptionRecord> ReadAsync(Guid captionId, CancellationToken cancellation)
    {
        var stored = await events.LoadStreamAsync(Streams.Caption(captionId), 0, cancellation);
        var caption = stored.Select(@event => @event.Data).OfType<CaptionSampled>().FirstOrDefault()
            ?? throw new MissingException($"There is no caption {captionId}.");
        var run = (await runs.SummariesAsync(cancellation)).FirstOrDefault(run => run.RunId == caption.RunId);
        return new(
            caption, [.. stored.Select(@event => @event.Data).OfType<ImagesRendered>()], [.. stored.Select(@event => @event.Data).OfType<CaptionScored>()],
            [.. stored.Select(Read)], await projections.LearnedFromAsync(captionId, cancellation), run?.Settings.Name);
    }

    /// <summary>Seq's page with what <paramref name="filter"/> finds; null when it is not known where Seq is.</summary>
    public string? Seq(string filter) =>
        options.Value.Seq is { } address ? $"{address.TrimEnd('/')}/#/events?filter={Uri.EscapeDataString(filter)}" : null;

    static CaptionEvent Read(JasperFx.Events.IEvent stored)
    {
        var sha256 = Header(stored, EventAppender.DigestHeader);
        return new(
            stored.Version, stored.Id, stored.EventTypeName, stored.Timestamp, Header(stored, "service"), Header(stored, "build"), stored.CausationId,
            Header(stored, EventAppender.TraceHeader),
            double.TryParse(Header(stored, EventAppender.ElapsedHeader), System.Globalization.CultureInfo.InvariantCulture, out var elapsed) ? elapsed : null,
            sha256, sha256 is null ? null : CanonicalJson.Sha256(stored.Data) == sha256, Blobs(stored.Data), stored.Data);
    }

    static string? Header(JasperFx.Events.IEvent stored, string name) => stored.Headers?.GetValueOrDefault(name) switch
    {
        null => null,
        JsonElement element => element.ToString(),
        var value => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
    };

    static IReadOnlyList<string> Blobs(object data) => data switch
    {
        CaptionSampled sampled => [sampled.PictureSha256],
        ImagesRendered rendered => [.. rendered.Images.Select(image => image.Sha256).OfType<string>()],
        _ => [],
    };
}
