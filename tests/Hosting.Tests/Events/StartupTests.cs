using System.Net;
using Npgsql;
using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Hosting.Tests.Events;

public sealed class StartupTests : IAsyncLifetime
{
    readonly TestStack _stack = new();

    public ValueTask InitializeAsync() => _stack.InitializeAsync();

    public ValueTask DisposeAsync() => _stack.DisposeAsync();

    [Fact]
    public async Task Services_that_start_at_once_over_an_empty_database_share_one_schema()
    {
        string[] services = ["learner", "rollout", "similarity", "diffusion"];
        var hosts = await Task.WhenAll(services.Select(Start)).WaitAsync(Eventually.Limit, Cancel);

        foreach (var events in hosts.Select(host => host.Get<EventAppender>()))
            (await events.AppendOnceAsync([EventStoreFixture.Caption()], EventStoreFixture.Metadata, Cancel)).Count.ShouldBe(1);

        // While the others still hold their connections: the lock was given back.
        await using var late = await Start("studio").WaitAsync(Eventually.Limit, Cancel);
        foreach (var host in hosts) await host.DisposeAsync();
    }

    [Fact]
    public async Task A_service_waits_for_a_database_that_is_not_there_yet()
    {
        var later = new NpgsqlConnectionStringBuilder(_stack.Postgres);
        later.Database += "_later";
        var log = new CapturedLog();
        var starting = PipelineHost.StartAsync(
            _stack,
            builder =>
            {
                builder.AddPipelineDefaults("waiting");
                log.AddTo(builder);
            },
            new Dictionary<string, string?> { ["Pipeline:Postgres"] = later.ConnectionString });
        await Eventually.HoldsAsync("the service says what it waits for", () => log.Texts.Any(text => text.Contains("is not there yet")));
        starting.IsCompleted.ShouldBeFalse();

        await ExecuteAsync($"create database {later.Database}");
        try
        {
            await using var host = await starting.WaitAsync(Eventually.Limit, Cancel);
            (await host.Http.GetAsync("/health/ready", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        finally
        {
            await ExecuteAsync($"drop database {later.Database} with (force)");
        }
    }

    [Fact]
    public async Task A_refused_password_ends_the_service_at_once()
    {
        var wrong = new NpgsqlConnectionStringBuilder(_stack.Postgres) { Password = "wrong" }.ConnectionString;

        var start = Start("locked-out", new Dictionary<string, string?> { ["Pipeline:Postgres"] = wrong });
        var error = await Should.ThrowAsync<PostgresException>(() => start.WaitAsync(Eventually.Limit, Cancel));

        error.SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);
    }

    [Fact]
    public void Every_event_of_the_contracts_has_its_name_for_ever()
    {
        EventNames.All.OrderBy(pair => pair.Value, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value)).ShouldBe(
        [
            (typeof(CaptionRescored), "caption_rescored.v1"),
            (typeof(CaptionSampled), "caption_sampled.v1"),
            (typeof(CaptionScored), "caption_scored.v1"),
            (typeof(DrawingStored), "drawing_stored.v1"),
            (typeof(Evaluated), "evaluated.v1"),
            (typeof(EvaluationOpened), "evaluation_opened.v1"),
            (typeof(ImagesRendered), "images_rendered.v1"),
            (typeof(PictureSetNamed), "picture_set_named.v1"),
            (typeof(PolicyUpdated), "policy_updated.v1"),
            (typeof(ReplayCompleted), "replay_completed.v1"),
            (typeof(ReplayStarted), "replay_started.v1"),
            (typeof(RewardHackingSuspected), "reward_hacking_suspected.v1"),
            (typeof(RunArchived), "run_archived.v1"),
            (typeof(RunCompleted), "run_completed.v1"),
            (typeof(RunFailed), "run_failed.v1"),
            (typeof(RunResumed), "run_resumed.v1"),
            (typeof(RunStarted), "run_started.v1"),
            (typeof(RunStopped), "run_stopped.v1"),
            (typeof(StepOpened), "step_opened.v1"),
        ]);
    }

    Task<PipelineHost> Start(string service) => Start(service, null);

    Task<PipelineHost> Start(string service, IReadOnlyDictionary<string, string?>? settings) =>
        PipelineHost.StartAsync(_stack, builder => builder.AddPipelineDefaults(service), settings);

    async Task ExecuteAsync(string sql)
    {
        await using var connection = NpgsqlDataSource.Create(_stack.Postgres);
        await using var command = connection.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
