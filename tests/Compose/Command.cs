using System.Diagnostics;

namespace Pipeline.Compose;

/// <summary>Runs a program of this machine.</summary>
static class Command
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What its environment has besides this process's.</param>
    /// <returns>Its exit code and all that it printed; the code is -1 when there is no such program.</returns>
    public static async Task<(int Code, string Output)> TryAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
            WorkingDirectory = Testing.Repository.Root,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, $"{program} is not installed");
        }
        using (process)
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, output + await errors);
        }
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message has the end of what it printed.</exception>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        string[] all = [.. arguments];
        var (code, output) = await TryAsync(program, all, environment);
        return code == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', all)} ended with {code}:\n{string.Join('\n', output.Split('\n').TakeLast(40))}");
    }
}
