using System.Text.Json.Nodes;
using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Integration;

/// <summary>Finished runs, replayed and branched by the command line.</summary>
[Collection(nameof(DrawnRun))]
public sealed class ReplayedRunTests(DrawnRun drawn) : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("pipeline-replayed-").FullName;

    [Fact]
    public async Task A_changed_BLIP_scores_the_run_again_and_a_branch_learns_from_that_while_the_run_stays_as_it_was()
    {
        var pipeline = drawn.Pipeline;
        var runId = await pipeline.StartRunAsync(await pipeline.SettingsAsync(steps: 3) with { HeldOutPictures = null });
        await pipeline.WaitForAsync<RunCompleted>(runId);
        var before = await pipeline.OthersThanReplaysAsync(runId);
        var changed = Path.Combine(folder, "three-words.json");
        await File.WriteAllTextAsync(
            changed, $$"""{ "type": "blip", "model": "{{Path.Combine(Repository.Root, "models", "tiny", "blip")}}", "maxWords": 3 }""",
            TestContext.Current.CancellationToken);

        var same = await GoodAsync(pipeline, "replay", "last", "--reward", "blip");
        same.ShouldContain("Every score is the recorded one, bit for bit.");
        var (json, csv) = (Path.Combine(folder, "replay.json"), Path.Combine(folder, "replay.csv"));
        var said = await GoodAsync(pipeline, "replay", "last", "--reward", "blip", "--model", changed, "--json", json, "--csv", csv);
        said.ShouldContain("24 captions");
        said.ShouldContain("rank moves most");
        (await pipeline.Broker.QueuesAsync()).Keys.ShouldNotContain(queue => queue.Contains("blip-") || queue.StartsWith("replay"));
        (await pipeline.OthersThanReplaysAsync(runId)).ShouldBe(before);

        var report = JsonNode.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken))!;
        ((int)report["all"]!["new"]!["count"]!).ShouldBe(24);
        ((double)report["all"]!["agreement"]!["spearman"]!).ShouldBeLessThan(1);
        var lines = await File.ReadAllLinesAsync(csv, TestContext.Current.CancellationToken);
        lines.Length.ShouldBe(25);
        lines[0].ShouldStartWith("caption,step,version,picture,old,new");

        var branched = await GoodAsync(pipeline, "branch", $"{runId}", "--from-replay", "last", "--name", "three words");
        branched.ShouldContain("Effective sample size: ");
        (await pipeline.OthersThanReplaysAsync(runId)).ShouldBe(before);
        (await GoodAsync(pipeline, "audit", "last", "--export", Path.Combine(folder, "branch.zip"))).ShouldContain("versions 3");
        (await GoodAsync(pipeline, "audit", Path.Combine(folder, "branch.zip"))).ShouldContain("the history is as it was written");
        (await GoodAsync(pipeline, "rebuild", "last", "--out", Path.Combine(folder, "branch"))).ShouldContain("3 versions made again");

        var lineage = await GoodAsync(pipeline, "lineage", "last");
        lineage.ShouldContain("began from  version 0 of run");
        lineage.ShouldContain("24 of the 24 captions that the versions name; Merkle root and link of 3 of 3 steps recomputed as recorded");
        lineage.ShouldContain($"of run {runId}: ");
        var caption = (await pipeline.HistoryAsync(runId)).OfType<StepOpened>().First().Captions[0].CaptionId;
        (await GoodAsync(pipeline, "lineage", "--caption", $"{caption}")).ShouldContain("(three words)");

        // Putting the branch away puts nothing of the run away that wrote its captions.
        (await GoodAsync(pipeline, "archive", "last", "--drop-blobs")).ShouldContain("Archived run");
        (await pipeline.EventCountAsync($"is_archived and data ->> 'runId' = '{runId}'")).ShouldBe(0);
        (await GoodAsync(pipeline, "audit", "last")).ShouldContain("versions 3");
        (await GoodAsync(pipeline, "audit", $"{runId}", "--recompute", "2")).ShouldContain("captions written: 2 again, bit for bit");

        // Of the replay that it learned from, too, a branch says when something is changed.
        var hand = await pipeline.ExecuteAsync(
            "update mt_events set data = jsonb_set(data, '{score}', '0.5') where seq_id = (select max(seq_id) from mt_events where type = 'caption_rescored.v1')");
        hand.ShouldBe(1);
        var (code, bad) = await CommandLine.RunAsync(pipeline.Environment, "audit", "last");
        code.ShouldBe(1, bad);
        bad.ShouldContain("caption_rescored.v1, replay-");
        (await CommandLine.RunAsync(pipeline.Environment, "audit", $"{runId}")).Code.ShouldBe(0, "the run itself is not touched");
    }

    [Fact]
    public async Task Recorded_pictures_give_the_recorded_scores_again_and_pictures_are_drawn_anew_only_on_request()
    {
        var (pipeline, runId, run) = (drawn.Pipeline, drawn.RunId, $"{drawn.RunId}");
        var before = await pipeline.OthersThanReplaysAsync(runId);

        (await GoodAsync(pipeline, "replay", run, "--reward", "vgg")).ShouldContain("Every score is the recorded one, bit for bit.");
        var redrawn = await GoodAsync(
            pipeline, "replay", run, "--reward", "vgg", "--redraw", "--diffusion-steps", "2", "--samples", "2", "--steps", "1", "--json",
            Path.Combine(folder, "redrawn.json"));
        redrawn.ShouldContain("8 captions");

        // What services did for some captions they would do again, and an audit that asks for it leaves no trace either.
        var audited = await GoodAsync(pipeline, "audit", run, "--recompute", "4");
        audited.ShouldContain("captions written: 4 again, bit for bit");
        audited.ShouldContain("pictures drawn: 12 again, bit for bit");
        audited.ShouldContain("scores: 12 again, bit for bit");
        (await pipeline.OthersThanReplaysAsync(runId)).ShouldBe(before);
        var replay = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "redrawn.json"), TestContext.Current.CancellationToken))!;
        var scores = await pipeline.Events.LoadAsync<CaptionRescored>(
            [Streams.Replay((Guid)replay["replay"]!["replayId"]!)], TestContext.Current.CancellationToken);
        scores.Count.ShouldBe(8);
        scores.ShouldAllBe(score => score.Recipe!.Steps == 2 && score.Images!.Count == 2 && score.SampleScores.Count == 2);

        var (code, refused) = await CommandLine.RunAsync(pipeline.Environment, "replay", run, "--reward", "none");
        code.ShouldBe(1);
        refused.ShouldContain("no service offers the reward 'none'");
        (await CommandLine.RunAsync(pipeline.Environment, "replay", run, "--reward", "blip", "--redraw")).Output.ShouldContain("looks at no pictures");
        (await CommandLine.RunAsync(pipeline.Environment, "replay", run, "--reward", "vgg", "--samples", "2")).Output.ShouldContain("give both");
        (await CommandLine.RunAsync(pipeline.Environment, "replay", run, "--reward", "blip", "--steps", "7..")).Output
            .ShouldContain("it has learned in 3 steps");
        (await CommandLine.RunAsync(pipeline.Environment, "replay", run, "--reward", "blip", "--model", folder)).Output
            .ShouldContain("there is neither a model.safetensors");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static async Task<string> GoodAsync(TestPipeline pipeline, params string[] arguments)
    {
        var (code, said) = await CommandLine.RunAsync(pipeline.Environment, arguments);
        TestContext.Current.TestOutputHelper?.WriteLine(said);
        code.ShouldBe(0, said);
        return said;
    }
}
