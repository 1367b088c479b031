using System.Net;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Pipeline.Testing;

namespace Pipeline.Hosting.Tests.Telemetry;

/// <summary>Each test has servers of its own to disturb.</summary>
public sealed class HealthTests : IAsyncLifetime
{
    readonly TestStack _stack = new();

    public ValueTask InitializeAsync() => _stack.InitializeAsync();

    public ValueTask DisposeAsync() => _stack.DisposeAsync();

    [Fact]
    public async Task A_service_that_started_is_live_and_ready()
    {
        await using var host = await PipelineHost.StartAsync(_stack, builder => builder.AddPipelineDefaults("healthy"));

        (await StatusAsync(host, "live")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(host, "ready")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_service_whose_own_check_fails_is_live_but_not_ready()
    {
        await using var host = await PipelineHost.StartAsync(_stack, builder =>
        {
            builder.AddPipelineDefaults("unready");
            builder.Services.AddHealthChecks()
                .AddCheck("model", () => HealthCheckResult.Unhealthy("no model is loaded"), [PipelineHealth.Ready]);
        });

        (await StatusAsync(host, "live")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(host, "ready")).ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await (await host.Http.GetAsync("/health/ready", Cancel)).Content.ReadAsStringAsync(Cancel)).ShouldContain("no model is loaded");
    }

    [Fact]
    public async Task A_service_without_its_database_is_live_but_not_ready()
    {
        await using var host = await PipelineHost.StartAsync(_stack, builder => builder.AddPipelineDefaults("orphan"));
        var settings = new NpgsqlConnectionStringBuilder(_stack.Postgres);
        var database = settings.Database;
        settings.Database = "postgres";
        await using var server = NpgsqlDataSource.Create(settings.ConnectionString);
        await using var close = server.CreateCommand(
            $"""
            alter database {database} allow_connections false;
            select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}';
            """);
        await close.ExecuteNonQueryAsync(Cancel);

        await Eventually.HoldsAsync("not ready", async () => await StatusAsync(host, "ready") == HttpStatusCode.ServiceUnavailable);
        (await StatusAsync(host, "live")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_service_whose_bus_is_down_is_live_but_not_ready()
    {
        await using var host = await PipelineHost.StartAsync(_stack, builder => builder.AddPipelineDefaults("cut-off"));

        await host.Get<IBusControl>().StopAsync(Cancel);

        await Eventually.HoldsAsync("not ready", async () => await StatusAsync(host, "ready") == HttpStatusCode.ServiceUnavailable);
        (await StatusAsync(host, "live")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_service_waits_for_a_broker_that_is_not_there_yet()
    {
        var later = new UriBuilder(_stack.RabbitMq) { Path = Guid.NewGuid().ToString("N") };
        var log = new CapturedLog();
        var starting = PipelineHost.StartAsync(
            _stack,
            builder =>
            {
                log.AddTo(builder);
                builder.AddPipelineDefaults("waiting");
            },
            new Dictionary<string, string?> { ["Pipeline:RabbitMq"] = later.Uri.ToString() });
        await Eventually.HoldsAsync("the service says what it waits for", () => log.Texts.Any(text => text.Contains("is not there yet")));
        starting.IsCompleted.ShouldBeFalse();

        await using var broker = await TestBroker.CreateAsync(_stack.RabbitMq, _stack.Broker.Management, later.Path.Trim('/'));

        await using var host = await starting.WaitAsync(Eventually.Limit, Cancel);
        (await StatusAsync(host, "ready")).ShouldBe(HttpStatusCode.OK);
    }

    static async Task<HttpStatusCode> StatusAsync(PipelineHost host, string what) =>
        (await host.Http.GetAsync($"/health/{what}", Cancel)).StatusCode;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
