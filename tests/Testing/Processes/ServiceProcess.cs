using System.Diagnostics;
using System.Text;

namespace Pipeline.Testing;

/// <summary>A service as a process of its own, which can be killed and started again.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    readonly IReadOnlyList<string> command;
    readonly IReadOnlyDictionary<string, string> environment;
    readonly StringBuilder output = new();
    Process? process;

    /// <summary>Starts the service.</summary>
    /// <param name="project">Its project, such as Rollout.</param>
    /// <param name="environment">Its configuration.</param>
    public ServiceProcess(string project, IReadOnlyDictionary<string, string> environment)
        : this(["dotnet", Program("services", project)], environment)
    {
    }

    /// <summary>Starts any program.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">Its configuration.</param>
    public ServiceProcess(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment)
    {
        (this.command, this.environment) = (command, environment);
        Start();
    }

    /// <summary>What it printed so far.</summary>
    public string Output
    {
        get
        {
            lock (output) return output.ToString();
        }
    }

    /// <summary>Whether it has ended by itself.</summary>
    public bool HasEnded => process?.HasExited ?? true;

    /// <summary>Kills it like a power cut: SIGKILL, no clean-up.</summary>
    public async Task KillAsync()
    {
        if (!process!.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>Waits until it ends by itself; its exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        await process!.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    /// <summary>Starts it again after <see cref="KillAsync"/>.</summary>
    public void Start()
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root };
        foreach (var (key, value) in environment) start.Environment[key] = value;
        // Most of a short life is compiling: without measuring for a second time 4.8 s of CPU until it listens instead of 5.5.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What a project of a folder of the repository, such as services, was built to.</summary>
    public static string Program(string folder, string project)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return Path.Combine(Repository.Root, folder, project, "bin", configuration, "net10.0", $"Pipeline.{project}.dll");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (process is not null) await KillAsync();
    }

    void Keep(string? line)
    {
        lock (output) output.AppendLine(line);
    }
}
