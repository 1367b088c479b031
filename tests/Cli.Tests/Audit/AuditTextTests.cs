using Pipeline.Cli.Audit;
using Pipeline.History;
using Pipeline.History.Sources;

namespace Pipeline.Cli.Tests.Audit;

public sealed class AuditTextTests
{
    [Fact]
    public async Task A_bad_history_is_told_with_the_place_and_what_is_wrong_there()
    {
        var stream = $"run-{RecordedRun.Id:D}";
        var report = await new Auditor(new OneEvent(new RecordedEvent(stream, 1, 7, Guid.Empty, "run_sold.v1", "{}", null)))
            .AuditAsync(RecordedRun.Id, TestContext.Current.CancellationToken);

        AuditText.Lines(report).ShouldBe(
        [
            $"Run {RecordedRun.Id}: the history is bad.",
            $"  event    run_sold.v1, {stream} at version 1",
            "  problem  its type 'run_sold.v1' is unknown",
            "Looked at until then: 0 events, 0 blobs.",
        ]);
    }

    [Fact]
    public async Task A_file_that_is_no_exported_history_is_refused()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("run.zip", "no zip");

        await Should.ThrowAsync<InvalidDataException>(() => AuditCommand.AuditFileAsync(Spectre.Console.AnsiConsole.Console, file, default));
    }

    sealed class OneEvent(RecordedEvent only) : IRecordedHistory
    {
        public string? Damage => null;

        public Task<IReadOnlyList<RecordedStream>> StreamsAsync(IReadOnlyCollection<string> names, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<RecordedStream>>([new RecordedStream(only.Stream, 1, [only])]);

        public bool ShouldHave(string sha256) => false;

        public Task<byte[]> ReadAsync(string sha256, CancellationToken cancellation) => throw BadBlobException.Missing(sha256);

        public Task<Stream> OpenAsync(string sha256, CancellationToken cancellation) => throw BadBlobException.Missing(sha256);
    }
}
