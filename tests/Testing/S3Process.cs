using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Pipeline.Testing;

/// <summary>s3rver on a free port of this machine, from a folder; it can be stopped and started again. See infra/local/s3rver.sh.</summary>
sealed partial class S3Process(string folder, string bucket) : IAsyncDisposable
{
    static readonly string Script = Path.Combine(Repository.Root, "infra", "local", "s3rver.sh");
    static readonly Lazy<Task> Installed = new(InstallAsync);

    readonly StringBuilder _output = new();
    readonly int _port = FreePort();
    Process? _process;

    public string Address => $"http://127.0.0.1:{_port}";

    /// <summary>A line for each request so far, such as <c>PUT /blobs/ab/abcd 200</c>, and what else it printed.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    public async Task StartAsync()
    {
        await Installed.Value;
        var before = Output.Length;
        string[] arguments = ["serve", $"{_port}", folder, bucket];
        var start = new ProcessStartInfo(Script, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) =>
        {
            lock (_output) _output.AppendLine(Colour().Replace(line.Data ?? "", ""));
        };
        _process.BeginOutputReadLine();
        await Eventually.HoldsAsync("s3rver listens", () => _process.HasExited
            ? throw new InvalidOperationException($"s3rver ended: {Output}")
            : Output.IndexOf("listening on", before, StringComparison.Ordinal) >= 0);
    }

    /// <summary>Ends it; the folder stays.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    [GeneratedRegex(@"\x1b\[\d+m")]
    private static partial Regex Colour();

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    static async Task InstallAsync()
    {
        var start = new ProcessStartInfo(Script, "install") { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"s3rver.sh install ended with {process.ExitCode}: {errors}");
    }
}
