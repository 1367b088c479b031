using System.Net;
using System.Net.Sockets;
using Npgsql;
using Pipeline.Testing;

namespace Pipeline.Compose;

/// <summary>The pipeline, built and started by docker compose under a name and on ports of its own; gone afterwards.</summary>
public sealed class ComposedPipeline : IAsyncLifetime
{
    public static readonly string[] Workers = ["rollout", "diffusion", "similarity-vgg", "similarity-blip", "learner", "studio"];
    public static readonly string[] Servers = ["rabbitmq", "postgres", "seq"];

    const string Project = "pipeline-compose-test";

    Dictionary<string, string>? settings;
    NpgsqlDataSource? store;

    /// <summary>Between two questions to docker or to a server that is opened anew for each.</summary>
    public static TimeSpan Pause { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether it is there; not on a machine without Docker.</summary>
    public bool IsUp => store is not null;

    /// <summary>The event store.</summary>
    public NpgsqlDataSource Store => store!;

    /// <summary>Where Seq is.</summary>
    public Uri Seq => new($"http://127.0.0.1:{settings!["PIPELINE_SEQ_PORT"]}");

    /// <summary>Where Studio is.</summary>
    public Uri Studio => new($"http://127.0.0.1:{settings!["PIPELINE_STUDIO_PORT"]}");

    public async ValueTask InitializeAsync()
    {
        if (await BaseImages.FindAsync() is not { } found) return;
        settings = new(found)
        {
            ["COMPOSE_PROJECT_NAME"] = Project, ["PIPELINE_VERSION"] = "test",
            ["PIPELINE_RABBITMQ_PORT"] = FreePort(), ["PIPELINE_RABBITMQ_MANAGEMENT_PORT"] = FreePort(),
            ["PIPELINE_POSTGRES_PORT"] = FreePort(), ["PIPELINE_SEQ_PORT"] = FreePort(), ["PIPELINE_STUDIO_PORT"] = FreePort(),
        };
        // What a killed test run left behind.
        await ComposeAsync("down", "-v", "--remove-orphans");
        await ComposeAsync("--profile", "cli", "build");
        await ComposeAsync("up", "-d", "--wait", "--wait-timeout", "400");
        await ConnectAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (settings is null) return;
        if (store is not null) await store.DisposeAsync();
        await ComposeAsync("down", "-v", "--remove-orphans");
    }

    /// <summary>Calls docker compose.</summary>
    public Task<string> ComposeAsync(params string[] arguments) => Command.RunAsync("docker", ["compose", .. arguments], settings);

    /// <summary>Calls the pipeline's command line in a container of its own.</summary>
    public Task<string> CliAsync(params string[] arguments) => ComposeAsync(["run", "-T", "--rm", "cli", .. arguments]);

    /// <summary>What each service logged last, and what waits in the queues.</summary>
    public async Task<string> LastWordsAsync()
    {
        var words = await ComposeAsync("exec", "-T", "rabbitmq", "rabbitmqctl", "-q", "list_queues", "name", "messages_ready", "messages_unacknowledged", "consumers");
        foreach (var service in Workers)
            foreach (var container in await ContainersAsync(service))
                words += $"\n--- {service} {container[..12]} ---\n" + string.Join(
                    '\n', (await Command.RunAsync("docker", ["logs", "--tail", "60", container])).Split('\n').Where(line => !line.StartsWith("   at ", StringComparison.Ordinal)));
        return words;
    }

    /// <summary>The ids of a service's containers.</summary>
    public Task<string[]> ContainersAsync(string service) => ListAsync(
        ["-a", "--no-trunc", "--format", "{{.ID}}", "--filter", $"label=com.docker.compose.service={service}"]);

    /// <summary>What docker knows of a container, by a Go template.</summary>
    public static async Task<string> InspectAsync(string container, string template) =>
        (await Command.RunAsync("docker", ["inspect", "-f", template, container])).Trim();

    /// <summary>Ends a container's process like a power cut. Docker does not know who did it, so its restart policy applies.</summary>
    public static async Task KillProcessAsync(string container) =>
        await Command.RunAsync("kill", ["-9", await InspectAsync(container, "{{.State.Pid}}")]);

    /// <summary>Waits until every server and service says that it can work.</summary>
    public Task HealthyAsync() => Eventually.HoldsAsync("every container is healthy", async () =>
    {
        var healthy = await ListAsync(["--format", "{{.Label \"com.docker.compose.service\"}}", "--filter", "health=healthy"]);
        return Servers.Concat(Workers).All(healthy.Contains) && (await ListAsync(["-q", "--filter", "health=starting"])).Length == 0;
    }, Pause);

    /// <summary>The first column of a query's first row; 0 when there is none or it is null.</summary>
    public async Task<long> CountAsync(string sql)
    {
        await using var command = Store.CreateCommand(sql);
        return await command.ExecuteScalarAsync() is long count ? count : 0;
    }

    /// <summary>Lists this project's containers. Not with docker compose, which takes a second of a core each time.</summary>
    static async Task<string[]> ListAsync(string[] arguments) =>
        (await Command.RunAsync("docker", ["ps", "--filter", $"label=com.docker.compose.project={Project}", .. arguments]))
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    async Task ConnectAsync()
    {
        var connection = await ComposeAsync("exec", "-T", "postgres", "cat", "/run/pipeline/settings/Pipeline__Postgres");
        store = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection.Trim())
        {
            Host = "127.0.0.1", Port = int.Parse(settings!["PIPELINE_POSTGRES_PORT"]), Pooling = false,
        });
    }

    static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
