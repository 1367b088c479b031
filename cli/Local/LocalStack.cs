using Microsoft.Extensions.Configuration;
using Pipeline.Cli.Terminal;
using Pipeline.Hosting;

namespace Pipeline.Cli.Local;

/// <summary>
/// The servers and services that <c>infra/local</c> runs on this machine. Every command talks to them, unless the environment names others
/// (<c>Pipeline__Postgres</c> and its siblings, or <c>Pipeline__Secrets</c>, a folder with such settings as files).
/// </summary>
sealed class LocalStack
{
    LocalStack(string root) => (Root, Folder) = (root, Path.GetFullPath(Variable(StackFile.FolderVariable) ?? Path.Combine(root, ".local")));

    /// <summary>The repository.</summary>
    public string Root { get; }

    /// <summary>Where the stack keeps its state.</summary>
    public string Folder { get; }

    /// <summary>Whether the environment names other servers.</summary>
    public static bool IsElsewhere => Variable("Pipeline__Postgres") is not null || Variable("Pipeline__Secrets") is not null;

    /// <summary>Whether there is a stack to talk to: it was started and not wiped since.</summary>
    public bool Exists => File.Exists(SettingsPath);

    /// <summary>Where runs' reports and checkpoints are put when nothing else is said.</summary>
    public string RunsFolder => Path.Combine(Folder, "runs");

    /// <summary>Where Studio listens on this machine; null when it never did.</summary>
    public int? StudioPort =>
        Path.Combine(Folder, "run", "studio.port") is var file && File.Exists(file) && int.TryParse(File.ReadAllText(file), out var port) ? port : null;

    /// <summary>Whether somebody wanted everything up for longer than a demo takes.</summary>
    public bool IsLasting => File.Exists(Path.Combine(Folder, "run", "lasting"));

    string SettingsPath => Path.Combine(Folder, StackFile.Name);

    /// <summary>The stack of this checkout.</summary>
    public static LocalStack Find()
    {
        if (Variable("PIPELINE_ROOT") is { } root) return new LocalStack(root);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Pipeline.sln"))) return new LocalStack(folder.FullName);
        throw new CliException("this program does not lie in a checkout of the pipeline; set PIPELINE_ROOT to one");
    }

    /// <summary>The variables of <c>stack.env</c>: where the servers are.</summary>
    public IReadOnlyDictionary<string, string> Settings()
    {
        if (!Exists) throw new CliException($"the local stack has never been started here; start it with: {ThisCommand.Up}");
        return StackFile.Read(SettingsPath);
    }

    /// <summary>Connects to what the environment names, else to this stack.</summary>
    /// <exception cref="RequestException">A setting is missing or wrong.</exception>
    /// <exception cref="CliException">There is no stack.</exception>
    public Connection Open()
    {
        var local = IsElsewhere ? [] : Settings().Select(pair => new KeyValuePair<string, string?>(pair.Key.Replace("__", ":"), pair.Value));
        return Connection.Open(new ConfigurationBuilder().AddInMemoryCollection(local).AddEnvironmentVariables().Build());
    }

    /// <summary>Starts what is not running, and leaves it running until <c>down</c>. Quick and harmless when all is up.</summary>
    public Task UpAsync(Action<string> report) => ServicesAsync("up", report);

    /// <summary>Starts what is not running, until <see cref="ReturnAsync"/>.</summary>
    public Task LendAsync(Action<string> report) => ServicesAsync("lend", report);

    /// <summary>Stops everything, unless somebody wanted it up for longer.</summary>
    public Task ReturnAsync(Action<string> report) => ServicesAsync("return", report);

    Task ServicesAsync(string command, Action<string> report) => Script.RunAsync(
        Path.Combine(Root, "infra", "local", "services.sh"), command,
        new Dictionary<string, string> { [StackFile.FolderVariable] = Folder }, report);

    static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
