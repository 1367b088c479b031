using System.Text.Json;

namespace Pipeline.Models.Safetensors;

/// <summary>One tensor of a file, as its header describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its dimensions, outermost first; empty for a scalar.</param>
/// <param name="Offset">Where its bytes begin, counted from the end of the header.</param>
/// <param name="ByteLength">How many bytes it has: shape times element size.</param>
public sealed record TensorEntry(string Name, TensorType Type, IReadOnlyList<long> Shape, long Offset, long ByteLength)
{
    /// <summary>The shape for messages: "[2, 3]".</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}

/// <summary>
/// Parses and validates the JSON header of the safetensors format (github.com/huggingface/safetensors, "Format"). What it returns is sound:
/// known types, shapes whose product fits, byte ranges that cover the data exactly once. No input makes it allocate more than a small
/// multiple of the header's size.
/// </summary>
static class SafetensorsHeader
{
    const string MetadataKey = "__metadata__";

    public static (IReadOnlyList<TensorEntry> Entries, IReadOnlyDictionary<string, string> Metadata) Parse(
        string file, ReadOnlySpan<byte> json, long dataLength)
    {
        var entries = new List<TensorEntry>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            // The format wants '{' as the very first byte, so that no file of another kind is taken for a header.
            if (json.IsEmpty || json[0] != (byte)'{') throw new SafetensorsException(file, "the header does not begin with '{'.");
            var names = new HashSet<string>(StringComparer.Ordinal);
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (!names.Add(name)) throw new SafetensorsException(file, name, "appears twice in the header.");
                reader.Read();
                if (name == MetadataKey) ReadMetadata(file, ref reader, metadata);
                else entries.Add(ReadEntry(file, name, ref reader));
            }
            if (reader.Read()) throw new SafetensorsException(file, "the header goes on after its closing brace.");
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new SafetensorsException(file, "the header is no valid JSON: " + broken.Message, broken);
        }
        RequireExactCover(file, entries, dataLength);
        return (entries, metadata);
    }

    static void ReadMetadata(string file, ref Utf8JsonReader reader, Dictionary<string, string> metadata)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new SafetensorsException(file, $"{MetadataKey} is no object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) throw new SafetensorsException(file, $"{MetadataKey}.{key} is no string.");
            if (!metadata.TryAdd(key, reader.GetString()!)) throw new SafetensorsException(file, $"{MetadataKey}.{key} appears twice.");
        }
    }

    static TensorEntry ReadEntry(string file, string name, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new SafetensorsException(file, name, "is described by no object.");
        TensorType? type = null;
        List<long>? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            var isKnown = key switch { "dtype" => type is null, "shape" => shape is null, "data_offsets" => offsets is null, _ => false };
            if (!isKnown) throw new SafetensorsException(file, name, $"has an unknown or repeated key '{key}' in the header.");
            reader.Read();
            if (key == "dtype") type = ReadType(file, name, ref reader);
            else if (key == "shape") shape = ReadNumbers(file, name, key, ref reader);
            else offsets = ReadNumbers(file, name, key, ref reader);
        }
        if (type is null || shape is null || offsets is null)
            throw new SafetensorsException(file, name, "lacks dtype, shape or data_offsets in the header.");
        if (offsets.Count != 2 || offsets[1] < offsets[0])
            throw new SafetensorsException(file, name, $"has data_offsets [{string.Join(", ", offsets)}], not a begin and an end.");
        return Describe(file, name, type.Value, [.. shape], offsets[0], offsets[1] - offsets[0]);
    }

    static TensorType ReadType(string file, string name, ref Utf8JsonReader reader)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
        foreach (var type in Enum.GetValues<TensorType>())
            if (text == type.ToString()) return type;
        throw new SafetensorsException(file, name,
            $"has the unknown dtype '{text}'; known are {string.Join(", ", Enum.GetNames<TensorType>())}.");
    }

    static List<long> ReadNumbers(string file, string name, string key, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new SafetensorsException(file, name, $"has a {key} that is no list.");
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
                throw new SafetensorsException(file, name, $"has a {key} that holds something else than whole numbers from 0 to 2^63 - 1.");
            numbers.Add(number);
        }
        return numbers;
    }

    static TensorEntry Describe(string file, string name, TensorType type, long[] shape, long offset, long length)
    {
        var entry = new TensorEntry(name, type, shape, offset, length);
        long needed;
        try
        {
            needed = type.ByteLength(shape);
        }
        catch (OverflowException)
        {
            throw new SafetensorsException(file, name, $"has the shape {entry.ShapeText}, whose size is beyond 2^63 - 1 bytes.");
        }
        return needed == length
            ? entry
            : throw new SafetensorsException(file, name, $"has {length} bytes in the file, but {type} {entry.ShapeText} needs {needed}.");
    }

    static void RequireExactCover(string file, List<TensorEntry> entries, long dataLength)
    {
        entries.Sort((a, b) => (a.Offset, a.ByteLength).CompareTo((b.Offset, b.ByteLength)));
        long end = 0;
        foreach (var entry in entries)
        {
            if (entry.ByteLength > dataLength - entry.Offset)
                throw new SafetensorsException(file, entry.Name,
                    $"reaches beyond the end of the file ({dataLength} bytes of data): truncated?");
            if (entry.Offset < end) throw new SafetensorsException(file, entry.Name, "overlaps with the tensor before it.");
            if (entry.Offset > end)
                throw new SafetensorsException(file, entry.Name, $"leaves a hole of {entry.Offset - end} bytes before it.");
            end = entry.Offset + entry.ByteLength;
        }
        if (end != dataLength) throw new SafetensorsException(file, $"the last {dataLength - end} bytes belong to no tensor.");
    }
}
