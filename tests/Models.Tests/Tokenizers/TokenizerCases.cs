using System.Text.Json.Nodes;
using Pipeline.Testing;

namespace Pipeline.Models.Tests.Tokenizers;

/// <summary>The cases of a tokenizer fixture: its folder and every folder in it that has cases too.</summary>
static class TokenizerCases
{
    public static TheoryData<string> Folders(string fixture)
    {
        var root = Fixtures.Path(fixture);
        var files = Directory.EnumerateFiles(root, "cases.json", SearchOption.AllDirectories);
        return [.. files.Select(file => Path.GetDirectoryName(file)!).Order()];
    }

    public static JsonObject Read(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "cases.json")))!.AsObject();

    public static int[] Ids(this JsonNode? node) => [.. node!.AsArray().Select(id => (int)id!)];

    public static string Text(this JsonNode? node) => (string)node!;
}
