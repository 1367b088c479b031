using System.Text.Json;
using Pipeline.Contracts;

namespace Pipeline.History.Tests;

/// <summary>One random change of a history, and where it was.</summary>
/// <param name="What">The kind of change.</param>
/// <param name="Stream">The stream that was changed; null when it was a blob.</param>
/// <param name="Version">The version there; 0 when the change is about more than one event.</param>
/// <param name="Blob">The blob that was changed; null when it was an event.</param>
/// <param name="Detail">What was changed into what.</param>
sealed record Tampering(string What, string? Stream, long Version, string? Blob, string Detail)
{
    /// <summary>Changes <paramref name="history"/>.</summary>
    /// <param name="history">The history.</param>
    /// <param name="random">Decides what is changed.</param>
    /// <param name="isCareful">Whether the digest beside a changed event is made to fit.</param>
    public static Tampering Of(MemoryHistory history, Random random, bool isCareful) => random.Next(20) switch
    {
        < 10 => ChangeByte(history, random, isCareful),
        < 12 => ChangeColumn(history, random),
        < 15 => ChangeBlob(history, random),
        15 => RemoveBlob(history, random),
        16 => Delete(history, random),
        17 => Repeat(history, random, random.Next(2) == 0),
        _ => Exchange(history, random),
    };

    static Tampering ChangeByte(MemoryHistory history, Random random, bool isCareful)
    {
        while (true)
        {
            var index = random.Next(history.Events.Count);
            var before = history.Events[index];
            var at = random.Next(before.Json.Length);
            var to = (char)random.Next(' ', 0x7f);
            var json = $"{before.Json[..at]}{to}{before.Json[(at + 1)..]}";
            // White space, or another way to write the same: what anybody reads is the same.
            if (Canonical(before.Json) == Canonical(json)) continue;
            var digest = Digest(before.Type, json);
            if (digest == Digest(before.Type, before.Json) && before.Json.Equals(json, StringComparison.OrdinalIgnoreCase)) continue;
            history.Events[index] = before with { Json = json, Digest = isCareful && digest is not null ? digest : before.Digest };
            return new Tampering(
                "changed", before.Stream, before.Version, null, $"{before.Type}: ...{before.Json[Math.Max(0, at - 30)..at]}[{before.Json[at]}->{to}]");
        }
    }

    /// <summary>What stands beside an event: its id, its type, its stream or its digest.</summary>
    static Tampering ChangeColumn(MemoryHistory history, Random random)
    {
        var index = random.Next(history.Events.Count);
        var before = history.Events[index];
        history.Events[index] = random.Next(4) switch
        {
            0 => before with { Id = Guid.Parse(Other($"{before.Id}", random)) },
            1 => before with { Type = Other(before.Type, random) },
            2 => before with { Stream = Other(before.Stream, random) },
            _ => before with { Digest = Other(before.Digest!, random) },
        };
        return new Tampering("column", before.Stream, 0, null, $"{before} became {history.Events[index]}");
    }

    /// <summary>The text with another hex digit in one place.</summary>
    static string Other(string text, Random random)
    {
        while (true)
        {
            var at = random.Next(text.Length);
            var other = $"{text[..at]}{random.Next(16):x}{text[(at + 1)..]}";
            if (text[at] != '-' && other != text) return other;
        }
    }

    static Tampering ChangeBlob(MemoryHistory history, Random random)
    {
        var sha256 = Any(history, random);
        byte[] content = [.. history.Blobs[sha256]];
        content[random.Next(content.Length)] ^= (byte)random.Next(1, 256);
        history.Blobs[sha256] = content;
        return new Tampering("blob changed", null, 0, sha256, sha256);
    }

    static Tampering RemoveBlob(MemoryHistory history, Random random)
    {
        var sha256 = Any(history, random);
        history.Blobs.Remove(sha256);
        return new Tampering("blob removed", null, 0, sha256, sha256);
    }

    static Tampering Delete(MemoryHistory history, Random random)
    {
        var index = random.Next(history.Events.Count);
        var gone = history.Events[index];
        history.Events.RemoveAt(index);
        return new Tampering("deleted", gone.Stream, 0, null, $"{gone.Type} {gone.Version}");
    }

    static Tampering Repeat(MemoryHistory history, Random random, bool isAppended)
    {
        var again = history.Events[random.Next(history.Events.Count)];
        if (isAppended) again = again with { Version = ++history.Versions[again.Stream], Sequence = history.Events.Count + 1 };
        history.Events.Add(again);
        return new Tampering(isAppended ? "appended again" : "doubled", again.Stream, 0, null, $"{again.Type} {again.Version}");
    }

    /// <summary>Two events of a stream change places.</summary>
    static Tampering Exchange(MemoryHistory history, Random random)
    {
        while (true)
        {
            var (a, b) = (random.Next(history.Events.Count), random.Next(history.Events.Count));
            var (one, other) = (history.Events[a], history.Events[b]);
            if (a == b || one.Stream != other.Stream) continue;
            history.Events[a] = one with { Version = other.Version };
            history.Events[b] = other with { Version = one.Version };
            return new Tampering("exchanged", one.Stream, 0, null, $"{one.Type} {one.Version} and {other.Type} {other.Version}");
        }
    }

    static string Any(MemoryHistory history, Random random) =>
        history.Blobs.Keys.Order(StringComparer.Ordinal).ElementAt(random.Next(history.Blobs.Count));

    /// <summary>The digest that belongs to what it says; null when it says nothing.</summary>
    static string? Digest(string type, string json) => OrNull(() =>
        CanonicalJson.Sha256(JsonSerializer.Deserialize(json, EventNames.All.Single(name => name.Value == type).Key, ContractJson.Options)!));

    static string? Canonical(string json) => OrNull(() =>
    {
        using var document = JsonDocument.Parse(json);
        return CanonicalJson.Sha256(document.RootElement.Clone());
    });

    static string? OrNull(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
