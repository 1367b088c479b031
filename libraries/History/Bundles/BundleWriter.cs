using System.IO.Compression;
using System.Security.Cryptography;
using Pipeline.Contracts;

namespace Pipeline.History.Bundles;

/// <summary>Writes what an audit looked at into one file (ZIP), for <see cref="BundleHistory"/> to be audited anywhere.</summary>
public static class BundleWriter
{
    // ZIP can tell no earlier time; the same history gives the same file.
    static readonly DateTimeOffset Time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes a run's history.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="runId">The run.</param>
    /// <param name="seen">What an audit without a finding looked at.</param>
    /// <param name="withBlobs">Whether pictures and weights go into the file; without them their hashes are listed as not checked.</param>
    /// <param name="cancellation">Cancels.</param>
    public static async Task WriteAsync(
        Stream output, Guid runId, RecordingHistory seen, bool withBlobs, CancellationToken cancellation = default)
    {
        var events = new MemoryStream();
        var ordered = seen.Streams.Values.SelectMany(stream => stream.Events).OrderBy(@event => @event.Sequence).ToArray();
        foreach (var @event in ordered) EventLine.Write(events, @event);
        string[] blobs = [.. (withBlobs ? seen.Read.Union(seen.Opened) : seen.Read).Order(StringComparer.Ordinal)];
        var manifest = new BundleManifest(
            BundleManifest.CurrentFormat, runId, seen.Streams[Contracts.Streams.Run(runId)].Version, ordered.Length,
            Convert.ToHexStringLower(SHA256.HashData(events.ToArray())), blobs);

        using var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        await AddAsync(zip, BundleManifest.Path, new MemoryStream(CanonicalJson.Serialize(manifest)), cancellation);
        events.Position = 0;
        await AddAsync(zip, BundleManifest.EventsPath, events, cancellation);
        foreach (var blob in blobs)
            await AddAsync(zip, BundleManifest.BlobPath(blob), await seen.OpenAsync(blob, cancellation), cancellation);
    }

    static async Task AddAsync(ZipArchive zip, string path, Stream content, CancellationToken cancellation)
    {
        var entry = zip.CreateEntry(path, CompressionLevel.Optimal);
        entry.LastWriteTime = Time;
        await using (content)
        await using (var stream = await entry.OpenAsync(cancellation))
            await content.CopyToAsync(stream, cancellation);
    }
}
