using System.Text.Json;
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
    public async Task Every_line_is_read_and_says_what_it_said()
    {
        await InsertAsync();

        var read = await store.Events.LoadStreamAsync("old", cancellation: TestContext.Current.CancellationToken);

        read.Count.ShouldBe(Lines.Length);
        foreach (var (@event, line) in read.Zip(Lines))
        {
            var what = $"{line["type"]}, {line["why"]}";
            EventNames.All[@event.Data.GetType()].ShouldBe((string)line["type"]!, what);
            CanonicalJson.Serialize(@event.Data).ShouldBe(CanonicalJson.Serialize(Read(line)), what);
        }
    }

    [Fact]
    public async Task Every_line_goes_into_the_store_and_comes_back_with_the_same_canonical_bytes_under_its_name()
    {
        var events = Lines.Select(line => new NewEvent("run-old", Guid.NewGuid(), Read(line))).ToArray();
        await store.Events.AppendOnceAsync(events, EventStoreFixture.Metadata, TestContext.Current.CancellationToken);

        var loaded = await store.Events.LoadStreamAsync("run-old", cancellation: TestContext.Current.CancellationToken);

        loaded.Select(@event => @event.EventTypeName).ShouldBe(Lines.Select(line => (string)line["type"]!));
        foreach (var (read, written) in loaded.Zip(events))
            CanonicalJson.Serialize(read.Data).ShouldBe(CanonicalJson.Serialize(written.Data), read.EventTypeName);
    }

    /// <summary>As contracts read it, which their own tests compare with the text.</summary>
    static object Read(JsonObject line) =>
        line["data"].Deserialize(EventNames.All.Single(entry => entry.Value == (string)line["type"]!).Key, ContractJson.Options)!;

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
}
