using System.Text.Json;
using Pipeline.Cli.Terminal;
using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Cli.CollectGarbage;

/// <summary>
/// The blobs that events name. Any text of 64 hex digits anywhere in an event counts as a name: what an event means that this program does not
/// know yet is kept as well.
/// </summary>
sealed class NamedBlobs(Connection connection)
{
    /// <summary>Members whose blobs name no others, or that are no blobs at all. What has another name may be a manifest and is looked into.</summary>
    static readonly HashSet<string> Leaves =
    [
        "sha256", "pictureSha256", "weightsSha256", "optimiserSha256", "batchRoot", "previous", "link", "streamRoot", "eventsRoot", "drawing",
        "captionsRoot", "scoresRoot",
    ];

    /// <summary>Members whose blobs are manifests for certain: without one of them nobody knows what else is needed.</summary>
    static readonly HashSet<string> Manifests = ["captioner", "checkpoint", "trainPictures", "heldOutPictures", "setId"];

    /// <summary>The checkpoint that captions name which nobody wrote: those that somebody only asked the rewards about.</summary>
    static readonly string Nobody = new('0', 64);

    static readonly string Archived = EventNames.All[typeof(RunArchived)];

    /// <summary>Everything that is named: by events of any stream, archived or not, and by the manifests that they name.</summary>
    /// <param name="there">The blobs that are there, and how long each is.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="CliException">A manifest cannot be read: what it names is not known.</exception>
    public async Task<HashSet<string>> AllAsync(IReadOnlyDictionary<string, long> there, CancellationToken cancellation)
    {
        var names = await ByEventsAsync("true", [], cancellation);
        var all = names.Select(name => name.Sha256).ToHashSet();
        if (names.FirstOrDefault(name => Manifests.Contains(name.Member) && name.Sha256 != Nobody && !there.ContainsKey(name.Sha256)) is { Sha256: { } lost } missing)
            throw new CliException($"events name blob {lost} as {missing.Member}, it is not there, and what it names in turn is not known. Nothing is deleted");
        foreach (var manifest in names.Where(name => !Leaves.Contains(name.Member)).Select(name => name.Sha256).Distinct().Where(there.ContainsKey))
            all.UnionWith(await WithinAsync(manifest, cancellation));
        return all;
    }

    /// <summary>What events name outside of <paramref name="streams"/>, and the manifests that they name.</summary>
    /// <remarks>A drawing's own stream keeps nothing: what is not there is drawn again.</remarks>
    public async Task<HashSet<string>> OutsideAsync(IReadOnlyCollection<string> streams, CancellationToken cancellation)
    {
        var names = await ByEventsAsync("stream_id <> all($1) and stream_id not like 'drawing-%'", [.. streams], cancellation);
        var all = names.Select(name => name.Sha256).ToHashSet();
        foreach (var manifest in names.Where(name => !Leaves.Contains(name.Member)).Select(name => name.Sha256).Distinct())
            if (await connection.Blobs.ExistsAsync(manifest, cancellation))
                all.UnionWith(await WithinAsync(manifest, cancellation));
        return all;
    }

    /// <summary>The names within a manifest; none when the blob is no JSON.</summary>
    async Task<IReadOnlyList<string>> WithinAsync(string manifest, CancellationToken cancellation)
    {
        try
        {
            await using var content = await connection.Blobs.OpenReadAsync(manifest, cancellation);
            if (content.ReadByte() != '{') return [];
            content.Position = 0;
            using var json = await JsonDocument.ParseAsync(content, cancellationToken: cancellation);
            return [.. Texts(json.RootElement).Where(Sha256Hex.IsValid)];
        }
        catch (JsonException)
        {
            return [];
        }
        catch (Exception error) when (error is BlobNotFoundException or BlobIntegrityException)
        {
            throw new CliException($"events name blob {manifest}, and what it names in turn is not known: {error.Message} Nothing is deleted");
        }
    }

    static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Texts(member.Value)),
        _ => [],
    };

    async Task<IReadOnlyList<(string Member, string Sha256)>> ByEventsAsync(string where, string[] streams, CancellationToken cancellation)
    {
        // Of what an archived run has dropped its own event is only the list.
        await using var command = connection.Database.CreateCommand(
            $"""
            select distinct found[1], found[2]
            from mt_events cross join lateral regexp_matches(data::text, '(?:"([A-Za-z0-9_]+)": )?"([0-9a-f]{"{64}"})"', 'g') found
            where type <> $2 and $1::text[] is not null and {where}
            """);
        command.CommandTimeout = 0;
        command.Parameters.Add(new() { Value = streams });
        command.Parameters.Add(new() { Value = Archived });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var names = new List<(string, string)>();
        while (await rows.ReadAsync(cancellation)) names.Add((rows.IsDBNull(0) ? "" : rows.GetString(0), rows.GetString(1)));
        return names;
    }
}
