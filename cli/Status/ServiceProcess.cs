using Pipeline.Cli.Local;

namespace Pipeline.Cli.Status;

/// <summary>A server or service of the local stack, as <c>infra/local</c> left it in the stack's folder.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ProcessId">Its process; null when it is not running.</param>
/// <param name="Port">Its port on loopback; null when it never had one.</param>
/// <param name="Health">What it says about itself; null for servers, which have no such page.</param>
sealed record ServiceProcess(string Name, int? ProcessId, int? Port, string? Health)
{
    static readonly (string Name, string Port, bool HasHealth)[] All =
    [
        ("postgres", "postgres", false), ("rabbitmq", "amqp", false),
        ("rollout", "rollout", true), ("diffusion", "diffusion", true), ("similarity", "similarity", true), ("learner", "learner", true),
        ("studio", "studio", true),
    ];

    /// <summary>All of them.</summary>
    public static Task<ServiceProcess[]> FindAsync(LocalStack stack, CancellationToken cancellation) =>
        Task.WhenAll(All.Select(known => FindAsync(stack, known.Name, known.Port, known.HasHealth, cancellation)));

    static async Task<ServiceProcess> FindAsync(
        LocalStack stack, string name, string portName, bool hasHealth, CancellationToken cancellation)
    {
        var process = Number(stack, $"{name}.pid") is { } id && IsMarked(id, $"PIPELINE_SERVER={name} of {stack.Folder}") ? id : (int?)null;
        var port = Number(stack, $"{portName}.port");
        var health = hasHealth && process is not null && port is not null ? await HealthAsync(port.Value, cancellation) : null;
        return new ServiceProcess(name, process, port, health);
    }

    static int? Number(LocalStack stack, string file)
    {
        var path = Path.Combine(stack.Folder, "run", file);
        return File.Exists(path) && int.TryParse(File.ReadAllText(path), out var number) ? number : null;
    }

    /// <summary>A process id alone proves nothing after a reboot: servers carry their name and stack in their environment.</summary>
    static bool IsMarked(int processId, string mark)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/environ").Split('\0').Contains(mark);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    static async Task<string> HealthAsync(int port, CancellationToken cancellation)
    {
        try
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            using var answer = await http.GetAsync($"http://127.0.0.1:{port}/health/ready", cancellation);
            return answer.IsSuccessStatusCode ? "ready" : "not ready";
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return "no answer";
        }
    }
}
