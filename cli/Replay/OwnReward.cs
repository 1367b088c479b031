using System.Diagnostics;
using Pipeline.Cli.Local;
using Pipeline.Cli.Terminal;
using RabbitMQ.Client;

namespace Pipeline.Cli.Replay;

/// <summary>A Similarity process with one reward, for as long as a replay takes; its queues go with it.</summary>
sealed class OwnReward : IAsyncDisposable
{
    /// <summary>A large model on a slow disk takes its time.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    readonly Process _process;
    readonly string _broker;
    readonly List<string> _said = [];

    OwnReward(string name, Process process, string broker) => (Name, _process, _broker) = (name, process, broker);

    /// <summary>The reward's name.</summary>
    public string Name { get; }

    /// <summary>Starts it and waits until it takes messages.</summary>
    /// <exception cref="CliException">The service is not here, or does not start; what it said last is the message.</exception>
    public static async Task<OwnReward> StartAsync(
        Connection connection, LocalStack stack, string reward, string model, CancellationToken cancellation)
    {
        var settings = OwnRewardSettings.Of(reward, model);
        var program = Path.Combine(stack.Root, "services", "Similarity", "bin", "Release", "net10.0", "Pipeline.Similarity.dll");
        if (!File.Exists(program))
            throw new CliException(
                $"--model starts a reward service of its own, and {program} is not here: where services run in containers, add one with the "
                + "model under a name of its own and replay with that name");

        var start = new ProcessStartInfo("dotnet", [program]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var rewardOfService in start.Environment.Keys.Where(key => key.StartsWith("Similarity__", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(rewardOfService);
        if (!LocalStack.IsElsewhere)
            foreach (var (key, value) in stack.Settings()) start.Environment[key] = value;
        foreach (var (key, value) in settings.Values) start.Environment[$"Similarity__Rewards__{settings.Name}__{key}"] = value;
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment.TryAdd("Pipeline__TorchThreads", "1");
        start.Environment.TryAdd("OMP_WAIT_POLICY", "PASSIVE");

        var own = new OwnReward(settings.Name, Process.Start(start)!, connection.Options.RabbitMq);
        try
        {
            await own.ReadyAsync(cancellation);
        }
        catch
        {
            await own.DisposeAsync();
            throw;
        }
        return own;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Process.Start("kill", ["-TERM", $"{_process.Id}"]).WaitForExit();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            await _process.WaitForExitAsync(limit.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            if (!_process.HasExited) _process.Kill();
        }
        _process.Dispose();

        await using var connection = await new ConnectionFactory { Uri = new Uri(_broker), ClientProvidedName = "cli" }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var name in OfferedRewards.Queues(Name).SelectMany(queue => new[] { queue, $"{queue}_error", $"{queue}_skipped" }))
        {
            await channel.QueueDeleteAsync(name);
            await channel.ExchangeDeleteAsync(name);
        }
    }

    async Task ReadyAsync(CancellationToken cancellation)
    {
        foreach (var output in (StreamReader[])[_process.StandardOutput, _process.StandardError]) _ = ListenAsync(output);
        for (var deadline = DateTime.UtcNow + Patience; ; await Task.Delay(200, cancellation))
        {
            var queues = await QueueProbe.MessagesAsync(_broker, OfferedRewards.Queues(Name), cancellation);
            if (queues.Count > 0 && !_process.HasExited) return;
            if (_process.HasExited || DateTime.UtcNow > deadline) throw new CliException($"--model: the reward service does not start: {LastWords()}");
        }
    }

    /// <summary>Its output is read to the end: a full pipe would stop it.</summary>
    async Task ListenAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
            lock (_said)
            {
                _said.Add(line);
                if (_said.Count > 20) _said.RemoveAt(0);
            }
    }

    string LastWords()
    {
        lock (_said) return _said.LastOrDefault(line => line.Contains("rror", StringComparison.Ordinal)) ?? _said.LastOrDefault() ?? "it said nothing";
    }
}
