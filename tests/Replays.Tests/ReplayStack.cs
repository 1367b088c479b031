using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Learner.CollectScores;
using Pipeline.Learner.DriveRuns;
using Pipeline.Testing;

namespace Pipeline.Replays.Tests;

/// <summary>Real servers with a recorded run, a reward that answers as a test says, and the Learner's own consumer of scores.</summary>
sealed class ReplayStack : IAsyncDisposable
{
    readonly TestStack stack = new();
    readonly FakeReward reward;

    ReplayStack(FakeReward reward) => this.reward = reward;

    public PipelineHost Host { get; private set; } = null!;

    public EventAppender Events => Host.Get<EventAppender>();

    public static async Task<ReplayStack> StartAsync(FakeReward reward, bool isLastLearned = true)
    {
        var replay = new ReplayStack(reward);
        await replay.stack.InitializeAsync();
        replay.Host = await PipelineHost.StartAsync(replay.stack, builder =>
        {
            builder.Services.AddSingleton(reward).AddSingleton<ScoreInbox>();
            builder.AddPipelineDefaults("replay-tests", bus =>
            {
                bus.AddConsumer<FakeReward.Consumer>();
                bus.AddConsumer<CollectScoresConsumer, CollectScoresConsumerDefinition>();
            });
        }, new Dictionary<string, string?> { ["Pipeline:LogLevel"] = "Fatal" });
        await SmallRun.AppendAsync(replay.Events, isLastLearned);
        return replay;
    }

    /// <summary>Replays the run with the reward "other".</summary>
    public async Task<ReplayJournal> ReplayAsync(
        ReplayOptions? options = null, bool isNew = false, CancellationToken cancellation = default, Func<string?>? whyNot = null)
    {
        var run = await RecordedRun.LoadAsync(Events, SmallRun.Id, cancellation);
        var plan = ReplayPlan.Of(run, new(0, int.MaxValue), null, isDrawn: false);
        var request = new ReplayRequest(run.RunId, "other", run.Counterpart("other"), new(0, int.MaxValue), null);
        var journal = await ReplayJournal.OpenAsync(Events, request, plan, isNew, cancellation);
        await using var inbox = await ReplayInbox.OpenAsync(Host.Get<IBusControl>(), journal.Replay.ReplayId, isDrawn: false, cancellation);
        await new Replayer(
            journal, plan, new ReplayMessages(Events, journal.Replay, run, isDrawn: false), Host.Get<IBus>(), inbox,
            options ?? new ReplayOptions { ResendAfter = TimeSpan.FromMinutes(10) }, _ => Task.FromResult(whyNot?.Invoke()))
            .RunAsync(null, cancellation);
        return journal;
    }

    /// <summary>
    /// Waits until the Learner has dealt with every answer so far: it takes them in their order, so a score of the run that comes after them
    /// is recorded after them, and a host that stops finishes what is in hand.
    /// </summary>
    public async Task SettleAsync()
    {
        var caption = SmallRun.Recorded.Steps[0].Captions[0].CaptionId;
        var marker = new CaptionScored(caption, SmallRun.Id, 0, "marker", 1, [], new Dictionary<string, double>(), "marker");
        await Host.Get<IBus>().Publish(new CaptionsScored(SmallRun.Id, 0, Guid.NewGuid(), "marker", [marker], 1));
        await Eventually.HoldsAsync("the Learner has recorded the marker", async () =>
            (await Events.LoadAsync<CaptionScored>([Streams.Caption(caption)])).Any(score => score.Reward == "marker"));
        await Host.DisposeAsync();
    }

    /// <summary>Everything in the store outside replays, to the byte.</summary>
    public async Task<string> OthersAsync()
    {
        await using var database = NpgsqlDataSource.Create(stack.Postgres);
        await using var command = database.CreateCommand(
            "select string_agg(concat_ws(' ', seq_id, id, stream_id, version, type, data, headers, timestamp), chr(10) order by seq_id) from mt_events where stream_id not like 'replay-%' and coalesce(data ->> 'reward', '') <> 'marker'");
        return (string)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        reward.Release();
        await Host.DisposeAsync(); // stopping twice is stopping once
        await stack.DisposeAsync();
    }
}
