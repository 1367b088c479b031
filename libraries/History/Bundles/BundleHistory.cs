using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pipeline.Contracts;
using Pipeline.History.Sources;

namespace Pipeline.History.Bundles;

/// <summary>An exported history. It needs nothing else: no database, no blob store.</summary>
public sealed class BundleHistory : IRecordedHistory, IDisposable
{
    readonly ZipArchive _zip;
    readonly BundleManifest _manifest;
    readonly HashSet<string> _blobs;
    readonly ILookup<string, RecordedEvent> _events;

    BundleHistory(ZipArchive zip)
    {
        _zip = zip;
        _manifest = Manifest(Bytes(BundleManifest.Path));
        _blobs = [.. _manifest.Blobs];
        var events = Bytes(BundleManifest.EventsPath);
        var lines = Encoding.UTF8.GetString(events).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        _events = lines.Select((line, index) => EventLine.Read(line, index + 1)).ToLookup(@event => @event.Stream);
        Damage = DamageOf(events, lines.Length);
    }

    /// <summary>The run that was exported.</summary>
    public Guid RunId => _manifest.RunId;

    /// <inheritdoc/>
    public string? Damage { get; }

    /// <summary>Opens a file; it is closed with this object.</summary>
    /// <exception cref="InvalidDataException">It is no exported history.</exception>
    public static BundleHistory Open(Stream file)
    {
        try
        {
            return new BundleHistory(new ZipArchive(file, ZipArchiveMode.Read));
        }
        catch (JsonException error)
        {
            file.Dispose();
            throw new InvalidDataException($"{BundleManifest.Path} is no manifest of an exported history: {error.Message}", error);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RecordedStream>> StreamsAsync(IReadOnlyCollection<string> names, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<RecordedStream>>([.. names.Select(Stream)]);

    /// <inheritdoc/>
    public bool ShouldHave(string sha256) => _blobs.Contains(sha256);

    /// <inheritdoc/>
    public Task<byte[]> ReadAsync(string sha256, CancellationToken cancellation) => Task.FromResult(Blob(sha256));

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(string sha256, CancellationToken cancellation) =>
        Task.FromResult<Stream>(new MemoryStream(Blob(sha256), writable: false));

    /// <summary>Closes the file.</summary>
    public void Dispose() => _zip.Dispose();

    RecordedStream Stream(string name)
    {
        RecordedEvent[] events = [.. _events[name].OrderBy(@event => @event.Version).ThenBy(@event => @event.Sequence)];
        return new RecordedStream(name, name == Streams.Run(RunId) ? _manifest.RunVersion : events.Length, events);
    }

    byte[] Blob(string sha256)
    {
        if (_zip.GetEntry(BundleManifest.BlobPath(sha256)) is null) throw BadBlobException.Missing(sha256);
        byte[] content;
        try
        {
            content = Bytes(BundleManifest.BlobPath(sha256));
        }
        catch (InvalidDataException error)
        {
            throw new BadBlobException(sha256, $"cannot be unpacked: {error.Message}");
        }
        var actual = Convert.ToHexStringLower(SHA256.HashData(content));
        return actual == sha256 ? content : throw BadBlobException.Damaged(sha256, actual);
    }

    byte[] Bytes(string path)
    {
        using var content = (_zip.GetEntry(path) ?? throw new InvalidDataException($"it is no exported history: {path} is missing")).Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    string? DamageOf(byte[] events, int lines)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(events));
        if (sha256 != _manifest.EventsSha256) return $"{BundleManifest.EventsPath} has SHA-256 {sha256}, expected {_manifest.EventsSha256}";
        if (lines != _manifest.Events) return $"{BundleManifest.EventsPath} has {lines} events, expected {_manifest.Events}";
        var there = _zip.Entries.Count(entry => entry.FullName.StartsWith(BundleManifest.BlobPath(""), StringComparison.Ordinal));
        return there == _blobs.Count ? null : $"there are {there} blobs, expected {_blobs.Count}";
    }

    static BundleManifest Manifest(byte[] json)
    {
        var manifest = JsonSerializer.Deserialize<BundleManifest>(json, ContractJson.Strict) ?? throw new JsonException("it is null.");
        return manifest.Format == BundleManifest.CurrentFormat
            ? manifest
            : throw new InvalidDataException($"its format '{manifest.Format}' is unknown; known is {BundleManifest.CurrentFormat}");
    }
}
