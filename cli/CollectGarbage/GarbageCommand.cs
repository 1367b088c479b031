using System.CommandLine;
using System.Globalization;
using Pipeline.Cli.Local;

namespace Pipeline.Cli.CollectGarbage;

/// <summary><c>gc [--grace HOURS] [--dry-run]</c></summary>
static class GarbageCommand
{
    /// <summary>How many blobs are listed.</summary>
    const int Shown = 20;

    public static Command Create()
    {
        var grace = new Option<double>("--grace")
        {
            Description = "Leave what was put within so many hours. Less than 24 is for stores where nothing runs.", DefaultValueFactory = _ => 24,
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be deleted, and delete nothing." };
        var command = new Command("gc", "Delete pictures, drawings and weights that no event names.") { grace, dryRun };
        command.Validators.Add(result =>
        {
            if (result.GetValue(grace) is var hours && !(hours is >= 0 and <= 1e6)) result.AddError("--grace must be at least 0");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var connection = LocalStack.Find().Open();
            var (collector, putBefore) = (new GarbageCollector(connection), DateTimeOffset.UtcNow.AddHours(-parsed.GetValue(grace)));
            var found = await collector.FindAsync(putBefore, cancellation);
            var isDry = parsed.GetValue(dryRun);
            var deleted = isDry ? found.Old : await collector.DeleteAsync(found.Old, putBefore, cancellation);

            foreach (var blob in deleted.OrderByDescending(blob => blob.Bytes).Take(Shown)) Console.WriteLine($"  {blob.Sha256}  {Size(blob.Bytes)}");
            if (deleted.Count > Shown) Console.WriteLine($"  and {deleted.Count - Shown} more");
            Console.WriteLine($"{Format.Count(found.Blobs, "blob")}, {Size(found.Bytes)}; events name {found.Named}.");
            if (found.Young.Count > 0)
                Console.WriteLine($"Left alone: {Format.Count(found.Young.Count, "blob")} without a name, put within the last {parsed.GetValue(grace):0.##} hours.");
            Console.WriteLine($"{(isDry ? "Would delete" : "Deleted")} {Format.Count(deleted.Count, "blob")}, {Size(deleted.Sum(blob => blob.Bytes))}.");
        });
        return command;
    }

    static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes");
}
