using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pipeline.Contracts;

/// <summary>
/// The one way to write a JSON value, so that everybody who hashes it gets the same bytes: the JSON Canonicalization Scheme (RFC 8785).
/// UTF-8 without a byte order mark and without white space; members sorted by their names' UTF-16 code units; numbers as ECMAScript prints
/// the double they stand for (<c>1</c>, <c>0.1</c>, <c>1e-7</c>, <c>1e+21</c>); in strings only <c>"</c>, <c>\</c> and control characters
/// are escaped, with <c>\b \t \n \f \r</c> or lower-case <c>\u00xx</c>. A record is first written with <see cref="ContractJson.Options"/>.
/// </summary>
public static class CanonicalJson
{
    /// <summary>The canonical bytes of <paramref name="value"/>.</summary>
    /// <exception cref="JsonException">It cannot be written, such as NaN.</exception>
    public static byte[] Serialize<T>(T value)
    {
        using var document = JsonSerializer.SerializeToDocument(value, value is null ? typeof(T) : value.GetType(), ContractJson.Options);
        return Serialize(document.RootElement);
    }

    /// <summary>The canonical bytes of JSON that is there already.</summary>
    /// <exception cref="JsonException">An object has a member twice, or no double stands for a number.</exception>
    public static byte[] Serialize(JsonElement value)
    {
        var output = new StringBuilder();
        Write(output, value);
        return Encoding.UTF8.GetBytes(output.ToString());
    }

    /// <summary>SHA-256 of <paramref name="value"/>'s canonical bytes, 64 lower-case hex digits.</summary>
    public static string Sha256<T>(T value) => Convert.ToHexStringLower(SHA256.HashData(Serialize(value)));

    static void Write(StringBuilder output, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(output, value);
                break;
            case JsonValueKind.Array:
                var separator = '[';
                foreach (var item in value.EnumerateArray())
                {
                    output.Append(separator);
                    Write(output, item);
                    separator = ',';
                }
                output.Append(separator == '[' ? "[]" : "]");
                break;
            case JsonValueKind.String:
                WriteString(output, value.GetString()!);
                break;
            case JsonValueKind.Number:
                output.Append(EcmaScriptNumber.Format(Double(value)));
                break;
            default:
                output.Append(value.GetRawText());
                break;
        }
    }

    static void WriteObject(StringBuilder output, JsonElement value)
    {
        var members = value.EnumerateObject().ToArray();
        Array.Sort(members, (a, b) => string.CompareOrdinal(a.Name, b.Name));
        output.Append('{');
        for (var i = 0; i < members.Length; i++)
        {
            if (i > 0 && members[i].Name == members[i - 1].Name) throw new JsonException($"Member '{members[i].Name}' is there twice.");
            if (i > 0) output.Append(',');
            WriteString(output, members[i].Name);
            output.Append(':');
            Write(output, members[i].Value);
        }
        output.Append('}');
    }

    static void WriteString(StringBuilder output, string text)
    {
        output.Append('"');
        foreach (var unit in text)
        {
            _ = unit switch
            {
                '"' => output.Append("\\\""),
                '\\' => output.Append("\\\\"),
                '\b' => output.Append("\\b"),
                '\t' => output.Append("\\t"),
                '\n' => output.Append("\\n"),
                '\f' => output.Append("\\f"),
                '\r' => output.Append("\\r"),
                < ' ' => output.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
                _ => output.Append(unit),
            };
        }
        output.Append('"');
    }

    /// <summary>
    /// A whole number that no double can stand for would silently become its neighbour, and no longer be what was written.
    /// </summary>
    static double Double(JsonElement number)
    {
        if (!number.TryGetDouble(out var value) || !double.IsFinite(value))
            throw new JsonException($"Number {number.GetRawText()} is too large for a double.");
        if (number.TryGetInt64(out var whole) && EcmaScriptNumber.Format(value) != whole.ToString(CultureInfo.InvariantCulture))
            throw new JsonException($"Number {number.GetRawText()} is not exact as a double: write it as a string.");
        return value;
    }
}
