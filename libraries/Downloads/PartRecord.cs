using System.Text.Json;

namespace Pipeline.Downloads;

/// <summary>A stretch of a file.</summary>
/// <param name="start">Its first byte.</param>
/// <param name="end">The byte after its last; null when the file's size is not known.</param>
/// <param name="done">How many of its bytes are there, from its start.</param>
public sealed class Part(long start, long? end, long done)
{
    /// <summary>Its first byte.</summary>
    public long Start => start;

    /// <summary>The byte after its last; null until known.</summary>
    public long? End { get; set; } = end;

    /// <summary>How many of its bytes are there.</summary>
    public long Done { get; set; } = done;

    /// <summary>The first byte that is missing.</summary>
    public long Position => Start + Done;

    /// <summary>Whether nothing is missing.</summary>
    public bool IsDone => Position >= End;
}

/// <summary>
/// Which parts of an unfinished file are there: <c>X.incomplete.json</c> beside <c>X.incomplete</c>, so that another process can go on.
/// </summary>
public sealed class PartRecord
{
    /// <summary>After so many bytes it is written again; a killed process loses at most these.</summary>
    const long SaveEvery = 8L << 20;

    readonly Lock gate = new();
    readonly string file;
    readonly string? identity;
    readonly long? size;
    long unsaved;

    PartRecord(string file, string? identity, long? size, List<Part> parts) =>
        (this.file, this.identity, this.size, Parts) = (file, identity, size, parts);

    /// <summary>The parts, in order.</summary>
    public IReadOnlyList<Part> Parts { get; private set; }

    /// <summary>Bytes that are there.</summary>
    public long Fetched
    {
        get
        {
            lock (gate) return Parts.Sum(part => part.Done);
        }
    }

    /// <summary>Whether all is there.</summary>
    public bool IsComplete => Parts.All(part => part.IsDone);

    /// <summary>Goes on with what is there of this very file, else starts.</summary>
    /// <param name="incomplete">The unfinished file.</param>
    /// <param name="identity">By what its bytes are known to belong to the same file; null, when nothing tells, starts anew.</param>
    /// <param name="size">Its bytes; null when not known.</param>
    /// <param name="partBytes">Bytes of a part of a new record.</param>
    public static PartRecord Open(string incomplete, string? identity, long? size, long partBytes)
    {
        var file = incomplete + ".json";
        if (Of(incomplete, identity, size) is { } saved)
            return new PartRecord(
                file, saved.Identity, saved.Size, [.. saved.Parts.Select(part => new Part(part.Start, part.End, part.Done))]);

        Discard(incomplete);
        var parts = size is { } bytes
            ? Enumerable.Range(0, (int)Math.Max(1, (bytes + partBytes - 1) / partBytes))
                .Select(i => new Part(i * partBytes, Math.Min(bytes, (i + 1) * partBytes), 0))
            : [new Part(0, null, 0)];
        return new PartRecord(file, identity, size, [.. parts]);
    }

    /// <summary>How many bytes of this very file an earlier download left.</summary>
    public static long Left(string incomplete, string? identity, long? size) =>
        Of(incomplete, identity, size)?.Parts.Sum(part => part.Done) ?? 0;

    /// <summary>Moves a file that is complete to its place; its record goes.</summary>
    public static void Place(string incomplete, string place)
    {
        File.Move(incomplete, place, overwrite: true);
        File.Delete(incomplete + ".json");
    }

    /// <summary>Deletes an unfinished file and its record.</summary>
    public static void Discard(string incomplete)
    {
        File.Delete(incomplete);
        File.Delete(incomplete + ".json");
    }

    /// <summary>Notes that a part grew.</summary>
    public void Advance(Part part, int bytes)
    {
        lock (gate)
        {
            part.Done += bytes;
            unsaved += bytes;
            if (unsaved >= SaveEvery) SaveNow();
        }
    }

    /// <summary>Forgets what is there of a part.</summary>
    public void Forget(Part part)
    {
        lock (gate)
        {
            part.Done = 0;
            SaveNow();
        }
    }

    /// <summary>Forgets everything: one part, as the server gives no ranges.</summary>
    public Part StartOver()
    {
        lock (gate)
        {
            Parts = [new Part(0, size, 0)];
            SaveNow();
            return Parts[0];
        }
    }

    /// <summary>Writes it.</summary>
    public void Save()
    {
        lock (gate) SaveNow();
    }

    // Renamed into place: a process that is killed while it writes leaves the record before.
    void SaveNow()
    {
        var record = new Saved(identity, size, [.. Parts.Select(part => new SavedPart(part.Start, part.End, part.Done))]);
        File.WriteAllBytes(file + ".new", JsonSerializer.SerializeToUtf8Bytes(record, JsonSerializerOptions.Web));
        File.Move(file + ".new", file, overwrite: true);
        unsaved = 0;
    }

    static Saved? Of(string incomplete, string? identity, long? size) =>
        Read(incomplete) is { } saved && identity is not null && saved.Identity == identity && saved.Size == size ? saved : null;

    static Saved? Read(string incomplete)
    {
        try
        {
            return File.Exists(incomplete) && File.Exists(incomplete + ".json")
                ? JsonSerializer.Deserialize<Saved>(File.ReadAllBytes(incomplete + ".json"), JsonSerializerOptions.Web)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    sealed record Saved(string? Identity, long? Size, IReadOnlyList<SavedPart> Parts);

    sealed record SavedPart(long Start, long? End, long Done);
}
