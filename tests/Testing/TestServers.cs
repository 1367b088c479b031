using System.Diagnostics;

namespace Pipeline.Testing;

/// <summary>
/// The PostgreSQL and RabbitMQ that this process tests against: those of the file that <c>PIPELINE_TEST_STACK</c> names, else private ones
/// that infra/local/stack.sh starts for this process and deletes when it ends.
/// </summary>
static class TestServers
{
    static readonly string Script = Path.Combine(Repository.Root, "infra", "local", "stack.sh");

    static readonly Lazy<Task<IReadOnlyDictionary<string, string>>> Started = new(StartAsync);

    /// <summary>The stack's variables, such as <c>Pipeline__Postgres</c>.</summary>
    public static Task<IReadOnlyDictionary<string, string>> VariablesAsync() => Started.Value;

    static async Task<IReadOnlyDictionary<string, string>> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("PIPELINE_TEST_STACK") is { Length: > 0 } running) return Read(running);

        var folder = Directory.CreateTempSubdirectory("pipeline-tests-").FullName;
        WipeWhenThisProcessEnds(folder);
        await UpAsync(folder);
        return Read(Path.Combine(folder, "stack.env"));
    }

    static async Task UpAsync(string folder)
    {
        var start = new ProcessStartInfo(Script, "up")
        {
            RedirectStandardError = true,
            // Tests kill processes, not machines.
            Environment = { ["PIPELINE_LOCAL"] = folder, ["PIPELINE_FSYNC"] = "off" },
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} does not start.");
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"stack.sh up ended with {process.ExitCode}: {errors}");
    }

    /// <summary>However it ends: a process of its own waits for it, which also a killed test run cannot take along.</summary>
    static void WipeWhenThisProcessEnds(string folder)
    {
        const string watch = "while kill -0 $1 2>/dev/null; do sleep 1; done; exec \"$2\" wipe";
        string[] arguments = ["--fork", "sh", "-c", $"({watch}) >/dev/null 2>&1 </dev/null", "sh", $"{Environment.ProcessId}", Script];
        var start = new ProcessStartInfo("setsid", arguments) { Environment = { ["PIPELINE_LOCAL"] = folder } };
        using var watcher = Process.Start(start);
    }

    static Dictionary<string, string> Read(string file) =>
        File.ReadLines(file).Select(line => line.Split('=', 2)).Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0], parts => parts[1].Trim('\''));
}
