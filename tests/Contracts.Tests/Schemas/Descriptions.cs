using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Pipeline.Contracts.Tests.Schemas;

/// <summary>What the documentation comments of the contracts say, as plain text.</summary>
static partial class Descriptions
{
    static readonly Dictionary<string, XElement> Members = XDocument.Load(Path.ChangeExtension(typeof(Ids).Assembly.Location, ".xml"))
        .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);

    /// <summary>Of a record or an enum; null when there is nothing.</summary>
    public static string? Of(Type type) => Text(Member($"T:{type.FullName}")?.Element("summary"));

    /// <summary>Of a member of a record: the parameter's that it was made from, else its own.</summary>
    public static string? Of(Type type, string member) =>
        Text(Member($"T:{type.FullName}")?.Elements("param").SingleOrDefault(parameter => parameter.Attribute("name")!.Value == member)
            ?? Member($"P:{type.FullName}.{member}")?.Element("summary"));

    static XElement? Member(string name) => Members.GetValueOrDefault(name);

    static string? Text(XElement? comment) => comment is null ? null : White.Replace(string.Concat(comment.Nodes().Select(Text)), " ").Trim();

    /// <summary>A reference is the name of what it refers to.</summary>
    static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { HasAttributes: true } reference => reference.Attributes().First().Value.Split('.', ':')[^1],
        XElement element => string.Concat(element.Nodes().Select(Text)),
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex White { get; }
}
