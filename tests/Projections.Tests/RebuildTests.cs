using Npgsql;
using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Projections.Tests;

public sealed class RebuildTests(EventStore store) : IClassFixture<EventStore>
{
    [Fact]
    public async Task What_was_taken_bit_by_bit_is_what_is_made_again_from_the_first_event()
    {
        await GrowingAsync(new ProjectionStore(store.Database) { Window = 3 });

        var rebuilt = await new ProjectionStore(store.Database) { Window = 1000 }.RebuildAsync(Cancel);

        rebuilt.Select(projection => projection.Name).ShouldBe(["runs", "policies", "pictures", "captions", "figures", "replays", "activity"]);
        foreach (var projection in rebuilt)
        {
            projection.IsAsBefore.ShouldBeTrue(projection.Name);
            projection.Rows.ShouldBeGreaterThan(0, projection.Name);
        }
    }

    [Theory]
    [InlineData("runs", "update projection_runs set summary = jsonb_set(summary, '{captions}', '99')")]
    [InlineData("policies", "delete from projection_learned where place = 2")]
    [InlineData("pictures", "update projection_pictures set captions = captions + 1")]
    [InlineData("captions", "update projection_captions set scores = '[]'")]
    [InlineData("figures", "update projection_figures set figures = substring(figures from 9)")]
    [InlineData("replays", "update projection_replays set scored = 1")]
    [InlineData("activity", "update projection_activity set events = events + 1")]
    public async Task Content_that_somebody_changed_is_told_and_put_right(string name, string change)
    {
        await GrowingAsync(null);
        await new ProjectionStore(store.Database).CatchUpAsync(Cancel);
        var table = $"projection_{(name == "policies" ? "learned" : name)}";
        var content = $"select md5(string_agg(t::text, ',' order by t::text)) from {table} t";
        var before = await store.AskAsync(content);
        await store.AskAsync(change);

        var rebuilt = await new ProjectionStore(store.Database).RebuildAsync(Cancel);

        rebuilt.Where(projection => !projection.IsAsBefore).Select(projection => projection.Name).ShouldBe([name]);
        (await store.AskAsync(content)).ShouldBe(before);
        (await new ProjectionStore(store.Database).RebuildAsync(Cancel)).ShouldAllBe(projection => projection.IsAsBefore);
    }

    [Fact]
    public async Task Several_who_ask_at_once_take_each_event_once()
    {
        await GrowingAsync(null);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new ProjectionStore(store.Database) { Window = 5 }.CatchUpAsync(Cancel)));

        (await new ProjectionStore(store.Database).RebuildAsync(Cancel)).ShouldAllBe(projection => projection.IsAsBefore);
    }

    /// <summary>Its number is smaller than that of an event which is there already: whoever asks now must wait for it, or never see it.</summary>
    [Fact]
    public async Task An_event_whose_transaction_is_still_open_is_not_passed_over()
    {
        var late = new MadeUpRun(store);
        await using var connection = await store.Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        // As the store's own function appends: a number is drawn, the event is written, the transaction is still open.
        await using var write = new NpgsqlCommand(
            """
            insert into mt_streams (id, version) values ($1, 1);
            """, connection, transaction) { Parameters = { new() { Value = Streams.Run(late.Id) } } };
        await write.ExecuteNonQueryAsync(Cancel);
        await using var append = new NpgsqlCommand(
            """
            insert into mt_events (seq_id, id, stream_id, version, data, type, mt_dotnet_type, timestamp)
            values (nextval('mt_events_sequence'), gen_random_uuid(), $1, 1, $2::jsonb, 'run_started.v1', 'x', now())
            """, connection, transaction)
        {
            Parameters =
            {
                new() { Value = Streams.Run(late.Id) },
                new() { Value = System.Text.Encoding.UTF8.GetString(CanonicalJson.Serialize(new RunStarted(late.Id, late.Settings))) },
            },
        };
        await append.ExecuteNonQueryAsync(Cancel);
        var early = new MadeUpRun(store);
        await early.StartAsync();

        var asking = new ProjectionStore(store.Database).RunsAsync(Cancel);
        await Task.WhenAny(asking, Eventually.HoldsAsync("it waits for the writer", async () => (bool)(await store.AskAsync(
            "select exists (select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and query like '%pg_locks%')"))!));
        await transaction.CommitAsync(Cancel);

        var known = (await asking).Concat(await new ProjectionStore(store.Database).RunsAsync(Cancel)).Select(summary => summary.RunId).ToArray();
        known.ShouldContain(early.Id);
        known.ShouldContain(late.Id);
    }

    /// <summary>Two runs side by side, with questions in between when there is somebody who asks.</summary>
    async Task GrowingAsync(ProjectionStore? asking)
    {
        var (one, other) = (new MadeUpRun(store), new MadeUpRun(store));
        await one.StartAsync();
        await other.StartAsync();
        for (var step = 0; step < 3; step++)
        {
            await one.StepAsync();
            if (asking is not null) await asking.CatchUpAsync(Cancel);
            await other.EvaluateAsync();
            await other.StepAsync();
        }
        await one.ReplayAsync("other");
        await store.AppendAsync(Streams.Run(one.Id), new RunCompleted(one.Id, one.Policy, MadeUpRun.Hash("weights")));
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
