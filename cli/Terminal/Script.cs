using System.Diagnostics;

namespace Pipeline.Cli.Terminal;

/// <summary>Runs the shell scripts that look after processes on this machine.</summary>
static class Script
{
    /// <summary>Runs a script to its end. What it reports goes line by line to <paramref name="report"/>.</summary>
    /// <param name="path">The script.</param>
    /// <param name="argument">Its only argument.</param>
    /// <param name="environment">Variables on top of this process's own.</param>
    /// <param name="report">Takes each line of its standard error.</param>
    /// <exception cref="CliException">It failed; what it reported last is the message.</exception>
    public static async Task RunAsync(string path, string argument, IReadOnlyDictionary<string, string>? environment, Action<string> report)
    {
        // In a session of its own: a second Ctrl-C must not interrupt it halfway through stopping or starting servers.
        var start = new ProcessStartInfo("setsid", ["--wait", "bash", path, argument])
        {
            RedirectStandardError = true, RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();

        var said = new List<string>();
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            said.Add(line);
            report(line);
        }
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new CliException(Problem(said, $"{Path.GetFileName(path)} {argument} ended with code {process.ExitCode}"));
    }

    static string Problem(List<string> said, string otherwise)
    {
        var from = said.FindIndex(line => line.StartsWith("error: ", StringComparison.Ordinal));
        return from < 0 ? otherwise : string.Join('\n', said.Skip(from))["error: ".Length..];
    }
}
