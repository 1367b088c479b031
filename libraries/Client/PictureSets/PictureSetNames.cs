using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Client;

/// <summary>Names for picture sets, as events: everybody who works on the event store knows them, on whatever machine.</summary>
public sealed class PictureSetNames(EventAppender events)
{
    /// <summary>All names in order and what they stand for.</summary>
    public async Task<IReadOnlyDictionary<string, string>> AllAsync(CancellationToken cancellation) => Newest(await HistoryAsync(cancellation));

    /// <summary>Lets <paramref name="name"/> stand for a set, also where it stood for another.</summary>
    public async Task RememberAsync(string name, string setId, CancellationToken cancellation)
    {
        var history = await HistoryAsync(cancellation);
        if (Newest(history).TryGetValue(name, out var known) && known == setId) return;

        // Two who say the same at once say it once; a name that comes back to a set that it stood for before is news.
        var said = history.Count(named => named.Name == name);
        var id = Ids.Event(Streams.PictureSets, nameof(PictureSetNamed), $"{said}\n{setId}\n{name}");
        await events.AppendOnceAsync(
            [new(Streams.PictureSets, id, new PictureSetNamed(name, setId))], new MessageMetadata(null, "a picture set was imported"), cancellation);
    }

    /// <summary>The set that <paramref name="name"/> means: a remembered name, a SHA-256, or the beginning of a remembered set's.</summary>
    /// <returns>The set's SHA-256.</returns>
    /// <exception cref="RequestException">None or several are meant.</exception>
    public async Task<string> FindAsync(string name, IBlobStore blobs, CancellationToken cancellation)
    {
        var names = await AllAsync(cancellation);
        if (names.TryGetValue(name, out var setId)) return setId;
        if (Sha256Hex.IsValid(name) && await blobs.ExistsAsync(name, cancellation)) return name;

        var found = name.Length < 6 ? [] : names.Values.Distinct().Where(id => id.StartsWith(name, StringComparison.Ordinal)).ToArray();
        var known = names.Count == 0 ? "none is imported yet" : $"imported are: {string.Join(", ", names.Keys)}";
        return found is [var only] ? only : throw new RequestException($"'{name}' is no folder, no file and no imported picture set; {known}");
    }

    Task<IReadOnlyList<PictureSetNamed>> HistoryAsync(CancellationToken cancellation) =>
        events.LoadAsync<PictureSetNamed>([Streams.PictureSets], cancellation);

    static SortedDictionary<string, string> Newest(IReadOnlyList<PictureSetNamed> history)
    {
        var names = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var named in history) names[named.Name] = named.SetId;
        return names;
    }
}
