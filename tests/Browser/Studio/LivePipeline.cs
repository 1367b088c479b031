using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pipeline.Testing;

namespace Pipeline.Browser;

/// <summary>Studio with the whole pipeline behind it: Rollout, Similarity and Learner as processes, the embedded pack, real servers.</summary>
public sealed class LivePipeline : IAsyncLifetime
{
    readonly TestStack _stack = new();
    readonly List<ServiceProcess> _services = [];
    readonly Lazy<Task<Guid>> _finishedRun;

    /// <summary>A pipeline that is not started yet.</summary>
    public LivePipeline() => _finishedRun = new(async () =>
    {
        var runId = await StartRunAsync("finished", steps: 6);
        await IsAsync(runId, "completed");
        return runId;
    });

    /// <summary>Its Studio.</summary>
    public StudioServer Studio { get; private set; } = null!;

    /// <summary>Its virtual host.</summary>
    public TestBroker Broker => _stack.Broker;

    /// <summary>A run of six steps that has ended; the first who asks starts it.</summary>
    public Task<Guid> FinishedRunAsync() => _finishedRun.Value;

    /// <summary>Starts everything.</summary>
    public async ValueTask InitializeAsync()
    {
        await _stack.InitializeAsync();
        Studio = await StudioServer.StartAsync(_stack);
        var settings = _stack.Environment();
        var models = Path.Combine(Repository.Root, "models", "tiny");
        settings["Learner__ResendAfter"] = "00:00:05";
        settings["Similarity__Rewards__blip__Type"] = "blip";
        settings["Similarity__Rewards__blip__Model"] = Path.Combine(models, "blip");
        settings["Similarity__Rewards__oracle__Type"] = "oracle";
        settings["Similarity__Rewards__oracle__Scenes"] = Path.Combine(models, "scenes.json");
        settings["Pipeline__RetryDelays__0"] = "00:00:00.1"; // nobody waits half a minute for a message to be given up
        foreach (var service in (string[])["Rollout", "Similarity", "Learner"]) _services.Add(new ServiceProcess(service, settings));
        await Eventually.HoldsAsync("all services take messages", async () =>
            (await Broker.QueuesAsync()).Keys.ToHashSet().IsSupersetOf(["start-run", "score-captions-blip", "score-captions-oracle"]));
    }

    /// <summary>Starts a run on the embedded pictures by the API.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="steps">Its steps, of eight captions each; it is evaluated after every third.</param>
    /// <param name="seed">Decides its random numbers: two runs with the same settings are one.</param>
    public async Task<Guid> StartRunAsync(string name, int steps, int seed = 1)
    {
        using var answer = await Studio.Http.PostAsJsonAsync("/api/runs", new
        {
            name, steps, seed, batchSize = 8, pictures = "embedded:captions_train", heldOut = "embedded:captions_heldout",
            rewards = new { blip = 1, oracle = 0 }, settings = """{ "evaluateEvery": 3 }""", mayWait = true,
        });
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{answer.StatusCode}: {text}");
        return (Guid)JsonNode.Parse(text)!["runId"]!;
    }

    /// <summary>Waits until a run is in a phase, such as <c>running</c>.</summary>
    public Task IsAsync(Guid runId, string phase) => Eventually.HoldsAsync($"run {runId} is {phase}: {Output}", async () =>
    {
        using var answer = await Studio.Http.GetAsync($"/api/runs/{runId}");
        if (!answer.IsSuccessStatusCode) return false;
        var run = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["run"]!;
        return string.Equals((string)run["phase"]!, phase, StringComparison.OrdinalIgnoreCase);
    });

    string Output => string.Join("\n---\n", _services.Select(service => service.Output));

    /// <summary>Ends everything.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services) await service.DisposeAsync();
        if (Studio is not null) await Studio.DisposeAsync();
        await _stack.DisposeAsync();
    }
}
