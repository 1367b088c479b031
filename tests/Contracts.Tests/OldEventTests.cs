using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Contracts.Tests;

/// <summary>
/// tests/fixtures/events/events.jsonl holds events as earlier releases stored them, each with what is special about it. It is history: lines
/// are only ever added. A record may gain members with defaults; it may not lose, rename or reinterpret one.
/// </summary>
public sealed class OldEventTests
{
    static readonly JsonNode[] Lines =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "events.jsonl")).Select(line => JsonNode.Parse(line)!)];

    public static TheoryData<string> Events => [.. Lines.Select(Name)];

    [Fact]
    public void There_is_an_old_event_of_every_type() =>
        Lines.Select(line => (string)line["type"]!).Distinct().Order(StringComparer.Ordinal)
            .ShouldBe(EventNames.All.Values.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_stored_by_an_earlier_release_loads_with_all_that_it_said(string name)
    {
        var line = Lines.Single(line => Name(line) == name);
        var type = EventNames.All.Single(entry => entry.Value == (string)line["type"]!).Key;

        var read = JsonSerializer.Deserialize(line["data"], type, ContractJson.Options);

        ShouldHold(JsonSerializer.SerializeToNode(read, type, ContractJson.Options), line["data"], name);
    }

    static string Name(JsonNode line) => $"{line["type"]} {line["why"]}";

    /// <summary>Everything in <paramref name="old"/> is in <paramref name="read"/>, which may have more; enums may have either name.</summary>
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
            case JsonValue text when text.TryGetValue<string>(out var word):
                ((string)read!).ShouldBe(word, path, StringCompareShould.IgnoreCase);
                break;
            default:
                JsonNode.DeepEquals(read, old).ShouldBeTrue($"{path} was {old?.ToJsonString()} and is read as {read?.ToJsonString()}");
                break;
        }
    }
}
