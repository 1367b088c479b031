using System.Text;
using MassTransit;

namespace Pipeline.Hosting;

/// <summary>
/// Names of exchanges: a message's type in kebab case and its version, such as <c>captions-sampled.v1</c>. A type whose name ends in V2 is
/// version 2, and so on. Queues have no version in their names, so an exchange of a message never meets the exchange of a queue.
/// </summary>
public sealed class MessageNames : IEntityNameFormatter
{
    /// <inheritdoc/>
    public string FormatEntityName<T>() => Of(typeof(T));

    /// <summary>The exchange of <paramref name="message"/>.</summary>
    public static string Of(Type message)
    {
        var name = message.Name.AsSpan();
        if (message.IsGenericType)
            return $"{Kebab(name[..name.IndexOf('`')])}-{string.Join('-', message.GetGenericArguments().Select(Of))}";

        var digits = name.Length - name.TrimEnd("0123456789").Length;
        var isVersioned = digits > 0 && name[..^digits].EndsWith("V", StringComparison.Ordinal);
        return isVersioned ? $"{Kebab(name[..^(digits + 1)])}.v{name[^digits..]}" : $"{Kebab(name)}.v1";
    }

    static string Kebab(ReadOnlySpan<char> name)
    {
        var kebab = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && kebab.Length > 0) kebab.Append('-');
            kebab.Append(char.ToLowerInvariant(letter));
        }
        return kebab.ToString();
    }
}
