using System.IO.Compression;
using System.Text;
using Pipeline.History.Bundles;

namespace Pipeline.History.Tests;

/// <summary>An exported file that somebody unpacked, changed and packed again.</summary>
public sealed class BundleTests
{
    static readonly Lazy<Task<byte[]>> Exported = new(ExportAsync);

    [Fact]
    public async Task An_event_that_was_left_out_is_missed()
    {
        var finding = await AfterAsync(files => files["events.jsonl"] = Lines(files, lines => lines.RemoveAll(line => line.Contains("run_failed.v1"))));

        finding.Type.ShouldNotBeEmpty();
        finding.Stream.ShouldStartWith("run-");
    }

    [Fact]
    public async Task A_change_that_no_event_shows_is_found_by_the_hash_of_them_all()
    {
        // Without its digest an event is one from before there were digests.
        var finding = await AfterAsync(files => files["events.jsonl"] = Lines(files, lines => lines[3] = lines[3].Replace("\"sha256\":", "\"sha257\":")));

        finding.Version.ShouldBe(0);
        finding.Problem.ShouldContain("events.jsonl has SHA-256");
    }

    [Fact]
    public async Task A_blob_that_was_changed_or_removed_is_named()
    {
        string blob = "";
        var changed = await AfterAsync(files => files[blob = Blob(files)] = [.. files[blob], 0]);
        changed.Blob.ShouldBe(blob["blobs/".Length..]);
        changed.Problem.ShouldContain("was changed");

        var removed = await AfterAsync(files => files.Remove(Blob(files)));
        removed.Blob.ShouldBe(blob["blobs/".Length..]);
        removed.Problem.ShouldContain("is not there");
    }

    [Fact]
    public async Task A_blob_that_the_manifest_does_not_list_is_noticed() =>
        (await AfterAsync(files => files[$"blobs/{new string('0', 64)}"] = [1])).Problem.ShouldContain("blobs, expected");

    [Fact]
    public async Task What_is_no_exported_history_is_refused_with_the_reason()
    {
        async Task<string> WhyAsync(Action<Dictionary<string, byte[]>> change)
        {
            var file = await ChangedAsync(change);
            return Should.Throw<InvalidDataException>(() => BundleHistory.Open(file)).Message;
        }

        (await WhyAsync(files => files.Remove("manifest.json"))).ShouldContain("manifest.json is missing");
        (await WhyAsync(files => files["manifest.json"] = "{}"u8.ToArray())).ShouldContain("manifest.json");
        (await WhyAsync(files => files["manifest.json"] = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(files["manifest.json"]).Replace("history/1", "history/2")))).ShouldContain("pipeline-history/2");
        (await WhyAsync(files => files["events.jsonl"] = "{\n"u8.ToArray())).ShouldContain("line 1");
    }

    static async Task<Finding> AfterAsync(Action<Dictionary<string, byte[]>> change)
    {
        using var bundle = BundleHistory.Open(await ChangedAsync(change));
        return (await new Auditor(bundle).AuditAsync(bundle.RunId, TestContext.Current.CancellationToken)).Finding.ShouldNotBeNull();
    }

    static async Task<MemoryStream> ChangedAsync(Action<Dictionary<string, byte[]>> change)
    {
        var files = new Dictionary<string, byte[]>();
        using (var zip = new ZipArchive(new MemoryStream(await Exported.Value)))
            foreach (var entry in zip.Entries)
            {
                using var content = new MemoryStream();
                await using var stream = await entry.OpenAsync(TestContext.Current.CancellationToken);
                await stream.CopyToAsync(content, TestContext.Current.CancellationToken);
                files[entry.FullName] = content.ToArray();
            }
        change(files);
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in files)
            {
                await using var stream = await zip.CreateEntry(name).OpenAsync(TestContext.Current.CancellationToken);
                await stream.WriteAsync(content, TestContext.Current.CancellationToken);
            }
        file.Position = 0;
        return file;
    }

    static async Task<byte[]> ExportAsync()
    {
        var run = SmallRun.Completed();
        var seen = new RecordingHistory(run.History);
        await new Auditor(seen).AuditAsync(run.Id);
        var file = new MemoryStream();
        await BundleWriter.WriteAsync(file, run.Id, seen, withBlobs: true);
        return file.ToArray();
    }

    static byte[] Lines(Dictionary<string, byte[]> files, Action<List<string>> change)
    {
        List<string> lines = [.. Encoding.UTF8.GetString(files["events.jsonl"]).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        change(lines);
        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    static string Blob(Dictionary<string, byte[]> files) => files.Keys.Where(name => name.StartsWith("blobs/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).First();
}
