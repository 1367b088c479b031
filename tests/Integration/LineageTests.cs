using System.Text.Json.Nodes;
using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Integration;

/// <summary>From weights to what is behind them and back, by the command line, over a run that really happened.</summary>
[Collection(nameof(DrawnRun))]
public sealed class LineageTests(DrawnRun drawn) : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("pipeline-lineage-").FullName;

    [Fact]
    public async Task Weights_tell_their_captions_and_captions_their_policies()
    {
        var (pipeline, runId) = (drawn.Pipeline, drawn.RunId);
        var history = await pipeline.HistoryAsync(runId);
        var second = history.OfType<PolicyUpdated>().Single(made => made.Version == 2);

        var said = await SaysAsync(pipeline, 0, $"{runId}@2");
        said.ShouldContain($"weights     {second.WeightsSha256}");
        said.ShouldContain("from 16 captions");
        said.ShouldContain("complete    16 of the 16 captions that the versions name; Merkle root and link of 2 of 2 steps recomputed as recorded");
        (await SaysAsync(pipeline, 0, second.Checkpoint)).ShouldBe(said);
        var checkpoint = Path.Combine(folder, "checkpoint");
        await pipeline.Checkpoints.ExportAsync(second.Checkpoint, checkpoint, TestContext.Current.CancellationToken);
        (await SaysAsync(pipeline, 0, checkpoint)).ShouldBe(said);
        (await SaysAsync(pipeline, 1, new string('0', 64))).ShouldContain("is recorded nowhere in this store");

        var (json, csv) = (Path.Combine(folder, "lineage.json"), Path.Combine(folder, "lineage.csv"));
        TestContext.Current.TestOutputHelper?.WriteLine(await SaysAsync(pipeline, 0, $"{runId}", "--captions", "--json", json, "--csv", csv));
        await ListsAllAsync(pipeline, history, json, csv);

        var learned = history.OfType<StepOpened>().Single(step => step.Step == 1).Captions[3];
        var caption = await SaysAsync(pipeline, 0, "--caption", $"{learned.CaptionId}");
        TestContext.Current.TestOutputHelper?.WriteLine(caption);
        caption.ShouldContain($"learned from by version 2 of run {runId}");
        caption.ShouldContain($"versions 2 to 3 of run {runId}");
        var picture = await SaysAsync(pipeline, 0, "--image", learned.PictureSha256[..8]);
        TestContext.Current.TestOutputHelper?.WriteLine(picture);
        picture.ShouldContain($"Picture {learned.PictureSha256}");
        picture.ShouldContain($"versions 1 to 3 of run {runId}");
        var measured = history.OfType<EvaluationOpened>().First().Captions[0];
        (await SaysAsync(pipeline, 0, "--caption", $"{measured.CaptionId}")).ShouldContain("No policy learned from it.");
    }

    [Fact]
    public async Task A_run_that_was_put_away_is_still_whole_and_what_is_missing_of_it_is_noticed()
    {
        var pipeline = drawn.Pipeline;
        var settings = await drawn.SettingsAsync() with { Seed = 2, HeldOutPictures = null };
        var runId = await pipeline.StartRunAsync(settings);
        await pipeline.WaitForAsync<RunCompleted>(runId);
        await IsPutAwayAsync(pipeline, $"{runId}", settings.Captioner);

        // A caption's score that was changed, and a caption that is gone.
        var history = await pipeline.HistoryAsync(runId);
        var learned = history.OfType<StepOpened>().Single(step => step.Step == 1).Captions[3];
        await pipeline.ExecuteAsync(
            $"update mt_events set data = jsonb_set(data, '{{score}}', '0.123') where stream_id = '{Streams.Caption(learned.CaptionId)}' and type = 'caption_scored.v1'");
        var changed = await SaysAsync(pipeline, 1, $"{runId}@2");
        changed.ShouldContain("The lineage is NOT complete");
        changed.ShouldContain("version 2 of run");
        changed.ShouldContain("16 of the 16 captions that the versions name; Merkle root and link of 1 of 2 steps");
        var gone = history.OfType<StepOpened>().Single(step => step.Step == 2).Captions[0].CaptionId;
        await pipeline.ExecuteAsync($"delete from mt_events where stream_id = '{Streams.Caption(gone)}'");
        (await SaysAsync(pipeline, 1, $"{runId}")).ShouldContain($"caption {gone} is not in the store");
    }

    /// <summary>Archived, with its drawings and most of its weights dropped: its history is still good, and the weights can be made again.</summary>
    async Task IsPutAwayAsync(TestPipeline pipeline, string runId, string captioner)
    {
        var (_, archived) = await CommandLine.RunAsync(pipeline.Environment, "archive", runId, "--drop-blobs");
        TestContext.Current.TestOutputHelper?.WriteLine(archived);
        archived.ShouldContain($"Archived run {runId}");
        var (code, audited) = await CommandLine.RunAsync(pipeline.Environment, "audit", runId);
        TestContext.Current.TestOutputHelper?.WriteLine(audited);
        code.ShouldBe(0, audited);
        audited.ShouldContain("on purpose, when the run was archived");
        (code, var rebuilt) = await CommandLine.RunAsync(pipeline.Environment, "rebuild", runId, "--out", Path.Combine(folder, "rebuilt"));
        code.ShouldBe(0, rebuilt);
        var (_, shown) = await CommandLine.RunAsync(pipeline.Environment, "show", runId, "--step", "1");
        TestContext.Current.TestOutputHelper?.WriteLine(shown);
        shown.ShouldContain("version     1 of 3");
        (code, var collected) = await CommandLine.RunAsync(pipeline.Environment, "gc", "--grace", "0", "--dry-run");
        TestContext.Current.TestOutputHelper?.WriteLine(collected);
        code.ShouldBe(0, collected);
        collected.ShouldNotContain(captioner);
    }

    static async Task ListsAllAsync(TestPipeline pipeline, IReadOnlyList<object> history, string json, string csv)
    {
        var ids = history.OfType<PolicyUpdated>().SelectMany(made => made.CaptionIds).ToArray();
        var steps = JsonNode.Parse(await File.ReadAllTextAsync(json))!["steps"]!.AsArray();
        steps.SelectMany(step => step!["captions"]!.AsArray()).Select(caption => (Guid)caption!["caption"]!).ShouldBe(ids);
        var lines = await File.ReadAllLinesAsync(csv);
        lines.Length.ShouldBe(1 + (3 * ids.Length), "a line per caption and reward");

        var sampled = (await pipeline.OfCaptionsAsync<CaptionSampled>(ids))[5];
        var scored = await pipeline.OfCaptionsAsync<CaptionScored>([sampled.CaptionId]);
        var listed = steps.SelectMany(step => step!["captions"]!.AsArray()).ElementAt(5)!;
        ((string)listed["picture"]!, (long)listed["seed"]!, (string)listed["text"]!).ShouldBe((sampled.PictureSha256, sampled.Seed, sampled.Text));
        ((string)listed["writtenBy"]!["checkpoint"]!).ShouldBe(sampled.Policy.Checkpoint);
        listed["scores"]!.AsArray().Select(score => ((string)score!["reward"]!, (double)score["score"]!, (string)score["model"]!))
            .ShouldBe(scored.Select(score => (score.Reward, score.Score, score.Model)), ignoreOrder: true);
    }

    static async Task<string> SaysAsync(TestPipeline pipeline, int expected, params IEnumerable<string> arguments)
    {
        var (code, said) = await CommandLine.RunAsync(pipeline.Environment, ["lineage", .. arguments]);
        code.ShouldBe(expected, said);
        return said;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
