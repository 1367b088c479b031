using System.Diagnostics;

namespace Pipeline.Testing;

/// <summary>The command <c>pipeline</c> as a process of its own.</summary>
public static class CommandLine
{
    /// <summary>What it was built to.</summary>
    public static string Program { get; } = Path.Combine(
        Repository.Root, "cli", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "Pipeline.Cli.dll");

    /// <summary>Runs it to its end.</summary>
    /// <param name="environment">Where the servers are; empty for a machine without any.</param>
    /// <param name="arguments">The command and its options.</param>
    /// <returns>Its exit code and what it said.</returns>
    public static async Task<(int Code, string Output)> RunAsync(
        IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root,
        };
        foreach (var (key, value) in environment) start.Environment[key] = value;
        // Most of a short life is compiling: without measuring for a second time 4.8 s of CPU until it listens instead of 5.5.
        start.Environment["DOTNET_TieredPGO"] = "0";
        using var process = Process.Start(start)!;
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(texts));
    }
}
