using System.Text.Json.Nodes;
using Pipeline.Contracts;

namespace Pipeline.History.Tests;

/// <summary>Events of the first release say just what they said then: members that came later leave no trace in them.</summary>
public sealed class StrictReadingTests
{
    /// <summary>The first line of each type: later ones show what else was written.</summary>
    static readonly Dictionary<string, JsonNode> Stored = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "events.jsonl"))
        .Select(line => JsonNode.Parse(line)!).DistinctBy(line => (string)line["type"]!)
        .ToDictionary(line => (string)line["type"]!, line => line["data"]!);

    public static TheoryData<string> Events => [.. Stored.Keys];

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_of_the_first_release_has_the_canonical_JSON_that_it_was_hashed_by(string name)
    {
        var type = EventNames.All.Single(entry => entry.Value == name).Key;
        var json = Stored[name].ToJsonString();

        var read = System.Text.Json.JsonSerializer.Deserialize(json, type, ContractJson.Options)!;

        using var document = System.Text.Json.JsonDocument.Parse(json);
        System.Text.Encoding.UTF8.GetString(CanonicalJson.Serialize(read))
            .ShouldBe(System.Text.Encoding.UTF8.GetString(CanonicalJson.Serialize(document.RootElement)));
    }
}
