using Pipeline.Cli.Terminal;
using Pipeline.Hosting;

namespace Pipeline.Cli.CollectGarbage;

/// <summary>What a collection found.</summary>
/// <param name="Blobs">How many blobs there are.</param>
/// <param name="Bytes">Their length.</param>
/// <param name="Named">How many of them events name.</param>
/// <param name="Young">Blobs that no event names and that were put too lately.</param>
/// <param name="Old">Blobs that no event names and that are old enough.</param>
sealed record Garbage(int Blobs, long Bytes, int Named, IReadOnlyList<BlobEntry> Young, IReadOnlyList<BlobEntry> Old)
{
    /// <summary>How many bytes go.</summary>
    public long Freed => Old.Sum(blob => blob.Bytes);
}

/// <summary>
/// Removes blobs that no event names. Services may work meanwhile: they put a blob first and append the event that names it later, so a blob
/// without a name is left for a grace time; and what is put again while this goes on is young again.
/// </summary>
sealed class GarbageCollector(Connection connection)
{
    /// <summary>Looks, in this order: first what is there, then what is named. What is put and named in between is not garbage either way.</summary>
    /// <param name="putBefore">What was put at this moment or later stays.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="CliException">The events name nothing that is there: they are those of another store.</exception>
    public async Task<Garbage> FindAsync(DateTimeOffset putBefore, CancellationToken cancellation)
    {
        var blobs = await connection.Blobs.EntriesAsync(cancellation).ToListAsync(cancellation);
        var named = await new NamedBlobs(connection).AllAsync(blobs.ToDictionary(blob => blob.Sha256, blob => blob.Bytes), cancellation);
        var unnamed = blobs.Where(blob => !named.Contains(blob.Sha256)).ToArray();
        if (blobs.Count > 0 && unnamed.Length == blobs.Count)
            throw new CliException($"no event of this store names any of the {Format.Count(blobs.Count, "blob")}: the events and the blobs do not belong together. Nothing is deleted");
        return new(
            blobs.Count, blobs.Sum(blob => blob.Bytes), blobs.Count - unnamed.Length, [.. unnamed.Where(blob => blob.Put >= putBefore)],
            [.. unnamed.Where(blob => blob.Put < putBefore)]);
    }

    /// <summary>Deletes garbage; what has become young since stays.</summary>
    /// <returns>What was deleted.</returns>
    public async Task<IReadOnlyList<BlobEntry>> DeleteAsync(IEnumerable<BlobEntry> garbage, DateTimeOffset putBefore, CancellationToken cancellation)
    {
        var deleted = new List<BlobEntry>();
        foreach (var blob in garbage)
            if (await connection.Blobs.DeleteAsync(blob.Sha256, putBefore, cancellation))
                deleted.Add(blob);
        return deleted;
    }
}
