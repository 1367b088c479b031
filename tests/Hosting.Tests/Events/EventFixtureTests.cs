using System.Text.Json.Nodes;
using Npgsql;
using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Hosting.Tests.Events;

/// <summary>
/// tests/fixtures/events/events.jsonl: old events as plain text. Each goes into the store's table as it is, by no code of ours, and must be read.
/// </summary>
public sealed class EventFixtureTests(EventStoreFixture store) : IClassFixture<EventStoreFixture>
{
    static readonly JsonObject[] Lines =
    [
        .. File.ReadLines(Path.Combine(Fixtures.OfRepository("events"), "events.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject()),
    ];

    [Fact]
    public void Every_name_of_an_event_has_a_line() =>
        EventNames.All.Values.Except(Lines.Select(line => (string)line["type"]!)).ShouldBeEmpty();

    [Fact]
    public async Task Every_line_is_read_and_says_what_it_said()
    {
        await InsertAsync();

        var read = await store.Events.LoadStreamAsync("old", cancellation: TestContext.Current.CancellationToken);

        read.Count.ShouldBe(Lines.Length);
        foreach (var (@event, line) in read.Zip(Lines))
        {
            var what = $"{line["type"]}, {line["why"]}";
            EventNames.All[@event.Data.GetType()].ShouldBe((string)line["type"]!, what);
            ShouldHold(JsonNode.Parse(CanonicalJson.Serialize(@event.Data)), line["data"], what);
        }
    }

    async Task InsertAsync()
    {
        await using var database = store.Store.Storage.Database.CreateConnection();
        await database.OpenAsync(TestContext.Current.CancellationToken);
        await using var stream = new NpgsqlCommand("insert into mt_streams (id, version) values ('old', $1)", database)
        {
            Parameters = { new() { Value = (long)Lines.Length } },
        };
        await stream.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < Lines.Length; i++)
        {
            await using var insert = new NpgsqlCommand(
                """
                insert into mt_events (seq_id, id, stream_id, version, data, type, mt_dotnet_type, timestamp)
                values (nextval('mt_events_sequence'), gen_random_uuid(), 'old', $1, $2::jsonb, $3, 'a type that is not there any more', now())
                """,
                database)
            {
                Parameters =
                {
                    new() { Value = i + 1L }, new() { Value = Lines[i]["data"]!.ToJsonString() }, new() { Value = (string)Lines[i]["type"]! },
                },
            };
            await insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

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
            case JsonValue number when number.TryGetValue<double>(out var value):
                ((double)read!).ShouldBe(value, path);
                break;
            default:
                JsonNode.DeepEquals(read, old).ShouldBeTrue(path);
                break;
        }
    }
}
