using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Integration;

/// <summary>A run that really happened, audited by the command line; then somebody writes into its tables.</summary>
[Collection(nameof(DrawnRun))]
public sealed class AuditedRunTests(DrawnRun run)
{
    [Fact]
    public async Task An_executed_run_is_good_also_as_an_exported_file_and_a_single_update_of_the_store_is_named()
    {
        var (pipeline, runId) = (run.Pipeline, run.RunId);
        using var file = new TemporaryFile();
        var (code, said) = await CommandLine.RunAsync(pipeline.Environment, "audit", $"{runId}", "--export", file.Path);
        code.ShouldBe(0, said);
        TestContext.Current.TestOutputHelper?.WriteLine(said);
        said.ShouldContain("the history is as it was written");
        said.ShouldNotContain("not covered");
        await OfflineIsGoodAsync(file.Path, "not in the file");
        await CommandLine.RunAsync(pipeline.Environment, "audit", $"{runId}", "--export", file.Path, "--with-blobs");
        var whole = await OfflineIsGoodAsync(file.Path, "captions");
        whole.ShouldNotContain("not checked");
        whole.Split('\n').ShouldBe(said.Split('\n').SkipLast(2).Append(""), "the file says what the store says");

        var history = await pipeline.HistoryAsync(runId);
        var caption = history.OfType<StepOpened>().Single(step => step.Step == 1).Captions[2].CaptionId;
        await IsNamedAsync(pipeline, runId, Streams.Caption(caption), "caption_scored.v1", "{score}", "0.123");
        await IsNamedAsync(pipeline, runId, Streams.Caption(caption), "caption_sampled.v1", "{text}", "\"a lie\"");
        await IsNamedAsync(pipeline, runId, Streams.Run(runId), "policy_updated.v1", "{metrics,policy/loss}", "0");
        // A hand that makes the digest fit: the root of the step's events remains.
        var scored = (await pipeline.OfCaptionsAsync<CaptionScored>([caption]))[0] with { Score = 0.123 };
        var careful = await TamperAsync(
            pipeline, runId, Streams.Caption(caption), "caption_scored.v1",
            $"'{{score}}', '0.123'), headers = jsonb_set(headers, '{{sha256}}', '\"{CanonicalJson.Sha256(scored)}\"'",
            $"and data ->> 'reward' = '{scored.Reward}'");
        careful.ShouldContain("policy_updated.v1");
        careful.ShouldContain("batchRoot");
        (await CommandLine.RunAsync(pipeline.Environment, "audit", $"{runId}")).Code.ShouldBe(0, "all is as it was again");
    }

    static async Task<string> OfflineIsGoodAsync(string file, string expected)
    {
        var (code, said) = await CommandLine.RunAsync(new Dictionary<string, string>(), "audit", file);
        code.ShouldBe(0, said);
        said.ShouldContain(expected);
        return said;
    }

    static async Task IsNamedAsync(
        TestPipeline pipeline, Guid runId, string stream, string type, string path, string value)
    {
        var said = await TamperAsync(pipeline, runId, stream, type, $"'{path}', '{value}'");
        said.ShouldContain($"{type}, {stream} at version");
        said.ShouldContain("its SHA-256 was recorded");
    }

    /// <summary>Changes one row, audits, and puts the row back.</summary>
    static async Task<string> TamperAsync(TestPipeline pipeline, Guid runId, string stream, string type, string change, string which = "")
    {
        await pipeline.ExecuteAsync(
            $"""
            create table kept as select * from mt_events where stream_id = '{stream}' and type = '{type}' {which} order by version limit 1;
            update mt_events set data = jsonb_set(data, {change}) where seq_id = (select seq_id from kept);
            """);
        var (code, said) = await CommandLine.RunAsync(pipeline.Environment, "audit", $"{runId}");
        await pipeline.ExecuteAsync(
            "update mt_events set data = kept.data, headers = kept.headers from kept where mt_events.seq_id = kept.seq_id; drop table kept;");
        TestContext.Current.TestOutputHelper?.WriteLine(said);
        code.ShouldBe(1, said);
        return said;
    }

    sealed class TemporaryFile : IDisposable
    {
        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"audit-{Guid.NewGuid():N}.zip");

        public void Dispose() => File.Delete(Path);
    }
}
