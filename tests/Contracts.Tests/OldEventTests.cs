using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Contracts.Tests;

/// <summary>
/// events-v1.json holds an event of each type as the first release stored it. It is history: events are only ever added to the file. A
/// record may gain members with defaults; it may not lose, rename or reinterpret one.
/// </summary>
public sealed class OldEventTests
{
    static readonly JsonObject Stored =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "events-v1.json")))!.AsObject();

    public static TheoryData<string> Events => [.. Stored.Select(pair => pair.Key)];

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_stored_by_the_first_release_loads_with_all_that_it_said(string name)
    {
        var type = typeof(Ids).Assembly.GetExportedTypes().Single(type => $"{Names.Kebab(type).Replace('-', '_')}.v1" == name);

        var read = JsonSerializer.Deserialize(Stored[name], type, ContractJson.Options);

        ShouldHold(JsonSerializer.SerializeToNode(read, type, ContractJson.Options), Stored[name], name);
    }

    /// <summary>Everything in <paramref name="old"/> is in <paramref name="read"/>, which may have more.</summary>
    static void ShouldHold(JsonNode? read, JsonNode? old, string path)
    {
        switch (old)
        {
            case JsonObject members:
                foreach (var (name, value) in members) ShouldHold(read![name], value, $"{path}.{name}");
                break;
            case JsonArray items:
                read!.AsArray().Count.ShouldBe(items.Count, path);
                for (var i = 0; i < items.Count; i++) ShouldHold(read[i], items[i], $"{path}[{i}]");
                break;
            default:
                JsonNode.DeepEquals(read, old).ShouldBeTrue($"{path} was {old?.ToJsonString()} and is read as {read?.ToJsonString()}");
                break;
        }
    }
}
