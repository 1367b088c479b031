using System.CommandLine;
using Pipeline.Cli.Audit.Recompute;
using Pipeline.Cli.AwaitScores;
using Pipeline.Cli.Local;
using Pipeline.Cli.Runs;
using Pipeline.Cli.Terminal;
using Pipeline.History;
using Pipeline.History.Bundles;
using Spectre.Console;

namespace Pipeline.Cli.Audit;

/// <summary><c>audit RUN|FILE [--export FILE [--with-blobs]] [--recompute N]</c></summary>
static class AuditCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var what = RunArgument.OrFile("a file that --export wrote");
        var export = new Option<FileInfo>("--export")
        {
            Description = "Write all that was looked at into a file that can be audited anywhere.",
        };
        var withBlobs = new Option<bool>("--with-blobs") { Description = "Export pictures and weights too." };
        var recompute = new RecomputeOptions();
        var command = new Command("audit", "Verify a run's whole history; name the first bad event.") { what, export, withBlobs };
        recompute.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(withBlobs) && result.GetValue(export) is null)
                result.AddError("--with-blobs says what --export writes: give both");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var name = parsed.GetValue(what)!;
            var file = parsed.GetValue(export);
            if (!File.Exists(name))
                return await AuditStoreAsync(console, name, file, parsed.GetValue(withBlobs), recompute.Of(parsed), cancellation);
            if (recompute.Of(parsed) is not null) throw new CliException("--recompute needs the store and its services: it does not work on a file");
            return file is null ? await AuditFileAsync(console, name, cancellation) : throw new CliException($"{name} is exported already");
        });
        return command;
    }

    /// <summary>Audits a file.</summary>
    /// <returns>The exit code: 0 when the history is as it was written, else 1.</returns>
    internal static async Task<int> AuditFileAsync(IAnsiConsole console, string file, CancellationToken cancellation)
    {
        using var bundle = BundleHistory.Open(File.OpenRead(file));
        return Say(await AuditBars.ShowAsync(
            console, progress => new Auditor(bundle, progress).AuditAsync(bundle.RunId, cancellation)));
    }

    static async Task<int> AuditStoreAsync(
        IAnsiConsole console, string name, FileInfo? export, bool withBlobs, RandomCaptions? recompute, CancellationToken cancellation)
    {
        if (recompute is not null && !LocalStack.IsElsewhere) await LocalStack.Find().UpAsync(Console.Error.WriteLine);
        await using var connection = LocalStack.Find().Open();
        var runId = await new RunCatalogue(connection).FindAsync(name, cancellation);
        var seen = new RecordingHistory(new StoreHistory(connection));
        var code = Say(await AuditBars.ShowAsync(console, progress => new Auditor(seen, progress).AuditAsync(runId, cancellation)));
        if (recompute is not null && code == 0) code = await RecomputeAsync(console, connection, runId, recompute, cancellation);
        if (export is null || code != 0) return code;

        await using (var output = export.Create()) await BundleWriter.WriteAsync(output, runId, seen, withBlobs, cancellation);
        Console.WriteLine($"Exported to {ShortPath.Of(export.FullName)}: {ThisCommand.Name} audit FILE verifies it anywhere");
        return code;
    }

    static async Task<int> RecomputeAsync(
        IAnsiConsole console, Connection connection, Guid runId, RandomCaptions captions, CancellationToken cancellation)
    {
        var comparison = await WaitingLine.ShowAsync(
            console, "Computing again", say => Recomputation.OfRunAsync(
                connection, runId, captions.Count, captions.Seed, captions.Request, say, cancellation));
        Console.WriteLine($"Computed again: {Format.Count(captions.Count, "caption")} at random (--seed {captions.Seed}).");
        foreach (var line in comparison.Lines()) Console.WriteLine(line);
        return comparison.Problems.Count == 0 ? 0 : 1;
    }

    static int Say(AuditReport report)
    {
        foreach (var line in AuditText.Lines(report)) Console.WriteLine(line);
        return report.Finding is null ? 0 : 1;
    }
}
