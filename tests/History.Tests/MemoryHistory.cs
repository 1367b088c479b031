using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Contracts;
using Pipeline.History.Sources;

namespace Pipeline.History.Tests;

/// <summary>Events and blobs in memory, to be written to and tampered with.</summary>
sealed class MemoryHistory : IRecordedHistory
{
    /// <summary>Marten's own converter comes before ours and names enums as C# does.</summary>
    static readonly JsonSerializerOptions Marten = ContractJson.Configure(new JsonSerializerOptions { Converters = { new JsonStringEnumConverter() } });

    public List<RecordedEvent> Events { get; private init; } = [];

    public Dictionary<string, byte[]> Blobs { get; private init; } = [];

    /// <summary>How many events each stream had when it was written.</summary>
    public Dictionary<string, long> Versions { get; private init; } = [];

    public string? Damage { get; init; }

    public MemoryHistory Copy() => new() { Events = [.. Events], Blobs = new(Blobs), Versions = new(Versions) };

    public void Append(string stream, string kind, object discriminator, object data, bool withDigest = true)
    {
        var version = Versions[stream] = Versions.GetValueOrDefault(stream) + 1;
        Events.Add(new RecordedEvent(
            stream, version, Events.Count + 1, Ids.Event(stream, kind, discriminator), EventNames.All[data.GetType()],
            JsonSerializer.Serialize(data, data.GetType(), Events.Count % 2 == 0 ? ContractJson.Options : Marten),
            withDigest ? CanonicalJson.Sha256(data) : null));
    }

    public string Put(byte[] content)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        Blobs[sha256] = content;
        return sha256;
    }

    public Task<IReadOnlyList<RecordedStream>> StreamsAsync(IReadOnlyCollection<string> names, CancellationToken cancellation)
    {
        var events = Events.ToLookup(@event => @event.Stream);
        return Task.FromResult<IReadOnlyList<RecordedStream>>([.. names.Select(name => new RecordedStream(
            name, Versions.GetValueOrDefault(name), [.. events[name].OrderBy(@event => @event.Version).ThenBy(@event => @event.Sequence)]))]);
    }

    public bool ShouldHave(string sha256) => true;

    public Task<byte[]> ReadAsync(string sha256, CancellationToken cancellation)
    {
        if (!Blobs.TryGetValue(sha256, out var content)) throw BadBlobException.Missing(sha256);
        var actual = Convert.ToHexStringLower(SHA256.HashData(content));
        return actual == sha256 ? Task.FromResult(content) : throw BadBlobException.Damaged(sha256, actual);
    }

    public async Task<Stream> OpenAsync(string sha256, CancellationToken cancellation) =>
        new MemoryStream(await ReadAsync(sha256, cancellation), writable: false);
}
