using System.Diagnostics;
using System.Text.RegularExpressions;
using Pipeline.Testing;

namespace Pipeline.Samples;

/// <summary>
/// A section of a document that is meant to be followed: its commands (indented by four), and its files (fenced, below a line with the path).
/// </summary>
sealed partial class Walkthrough
{
    readonly List<string> script = [];

    Walkthrough(IEnumerable<string> section)
    {
        var (path, file) = ((string?)null, (List<string>?)null);
        foreach (var line in section)
        {
            if (file is not null && line != "```") file.Add(line);
            else if (file is not null)
            {
                Files[path!] = file;
                script.AddRange([$"cat >'{path}' <<'END OF FILE'", .. file, "END OF FILE"]);
                file = null;
            }
            else if (line.StartsWith("```", StringComparison.Ordinal)) file = [];
            else if (line.StartsWith("    ", StringComparison.Ordinal)) script.Add(line.Trim());
            else if (FileName.Match(line) is { Success: true } name) path = name.Groups["path"].Value;
        }
    }

    /// <summary>The files that it has written, by path: their lines.</summary>
    public Dictionary<string, IReadOnlyList<string>> Files { get; } = [];

    /// <summary>Reads one section.</summary>
    /// <param name="document">A path from the repository's root.</param>
    /// <param name="title">The section's.</param>
    public static Walkthrough Read(string document, string title) => new(
        File.ReadLines(Path.Combine(Repository.Root, document)).SkipWhile(line => line != $"## {title}").Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)));

    /// <summary>Does all that it says, one thing after the other, in a folder of its own; what fails ends it.</summary>
    /// <returns>The exit code and what was said.</returns>
    public async Task<(int Code, string Output)> FollowAsync(string checkout)
    {
        var folder = Directory.CreateTempSubdirectory("pipeline-stranger-").FullName;
        // As in a terminal, a background job is a group of processes; none is left behind.
        var preamble = "set -em\nexec 2>&1\ntrap 'for job in $(jobs -p); do kill -- -$job 2>/dev/null || true; done' EXIT\n";
        var start = new ProcessStartInfo("bash", ["-c", preamble + string.Join('\n', script)])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardInput = true,
            Environment =
            {
                ["PIPELINE"] = checkout, ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false", ["DOTNET_TieredPGO"] = "0",
                ["OMP_WAIT_POLICY"] = "PASSIVE",
            },
        };
        using var shell = Process.Start(start)!;
        shell.StandardInput.Close();
        var said = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Directory.Delete(folder, recursive: true);
        return (shell.ExitCode, said);
    }

    [GeneratedRegex("^`(?<path>[^`]+)`:$")]
    private static partial Regex FileName { get; }
}
