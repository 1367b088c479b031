using System.Globalization;
using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Integration;

/// <summary>Runs whose captions are drawn and compared with the original picture.</summary>
[Collection(nameof(DrawnRun))]
public sealed class DrawnRunTests(DrawnRun drawn)
{
    /// <summary>The undisturbed run that the others are compared with; whoever asks first makes it.</summary>
    static Task<Outcome>? quiet;

    Task<Outcome> Quiet => quiet ??= RunAsync(drawn.Pipeline, _ => Task.CompletedTask);

    [Fact]
    public async Task A_run_on_two_rewards_learns_from_the_weighted_sum_that_anybody_can_compute_from_its_events()
    {
        var quiet = await Quiet;

        foreach (var update in quiet.Updates)
        {
            var scores = quiet.Scores.Where(score => update.CaptionIds.Contains(score.CaptionId)).ToLookup(score => score.CaptionId);
            update.Rewards.Keys.Order(StringComparer.Ordinal).ShouldBe(["blip", "vgg"]);
            var expected = update.CaptionIds.Average(caption => scores[caption].Sum(score =>
                update.Rewards.TryGetValue(score.Reward, out var reward) ? reward.Weight * (score.Score - reward.Centre) * reward.Scale : 0));
            update.Metrics["objective/scores"].ShouldBe(expected, 1e-4);
            update.Timings.Keys.ShouldContain("time/render");
        }

        var drawn = quiet.Scores.Where(score => score.Reward == "vgg").ToArray();
        drawn.ShouldAllBe(score => score.SampleScores.Count == 3 && score.Details["samples"] == 3 && score.Details["invalid"] == 0);
        foreach (var score in drawn) score.Score.ShouldBe(score.SampleScores.Average(), 1e-9);
        drawn.Select(score => score.Model).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_step_s_root_covers_its_captions_their_drawings_and_their_scores()
    {
        var quiet = await Quiet;
        var (sampled, rendered, scored) = (
            quiet.Captions.ToDictionary(caption => caption.CaptionId), quiet.Drawings.ToLookup(drawing => drawing.CaptionId),
            quiet.Scores.ToLookup(score => score.CaptionId));

        foreach (var update in quiet.Updates)
            update.BatchRoot.ShouldBe(MerkleTree.Root([.. update.CaptionIds.SelectMany(caption => (byte[][])
            [
                CanonicalJson.Serialize(sampled[caption]),
                .. rendered[caption].Select(CanonicalJson.Serialize),
                .. scored[caption].OrderBy(score => score.Reward, StringComparer.Ordinal).Select(CanonicalJson.Serialize),
            ])]));
    }

    [Fact]
    public async Task Killing_Diffusion_in_mid_batch_loses_nothing_draws_nothing_twice_and_changes_nothing()
    {
        var killed = await RunAsync(drawers: 1, async run =>
        {
            foreach (var step in (int[])[0, 1])
            {
                var opened = await run.Pipeline.WaitForAsync<StepOpened>(run.RunId, opened => opened.Step == step);
                var ids = opened.Captions.Select(caption => caption.CaptionId).ToArray();
                await Eventually.HoldsAsync(
                    "some of the batch is drawn", async () => (await run.Pipeline.OfCaptionsAsync<ImagesRendered>(ids)).Count > 0);
                await run.Pipeline.Diffusion[0].KillAsync();
                run.Pipeline.Diffusion[0].Start();
            }
        });

        killed.ShouldBeLike(await Quiet);
    }

    [Fact]
    public async Task Two_Diffusion_workers_share_the_work_and_give_what_one_gives()
    {
        var (shares, outcome) = (new List<int>(), await RunAsync(drawers: 2, _ => Task.CompletedTask));

        foreach (var output in outcome.DrawersOutput)
            shares.Add(output.Split('\n').Count(line => line.Contains("Drew 1 captions", StringComparison.Ordinal)));
        shares.ShouldAllBe(share => share > 0, string.Join(", ", shares));
        outcome.ShouldBeLike(await Quiet);
    }

    static async Task<Outcome> RunAsync(int drawers, Func<(TestPipeline Pipeline, Guid RunId), Task> disturb)
    {
        await using var pipeline = await TestPipeline.StartAsync(drawers);
        return await RunAsync(pipeline, disturb);
    }

    static async Task<Outcome> RunAsync(TestPipeline pipeline, Func<(TestPipeline Pipeline, Guid RunId), Task> disturb)
    {
        var runId = await pipeline.StartRunAsync(await pipeline.DrawnSettingsAsync());
        await disturb((pipeline, runId));
        await pipeline.WaitForAsync<RunCompleted>(runId);

        var history = await pipeline.HistoryAsync(runId);
        var ids = history.OfType<StepOpened>().OrderBy(step => step.Step).SelectMany(step => step.Captions)
            .Select(caption => caption.CaptionId).ToArray();
        var drawings = await pipeline.OfCaptionsAsync<ImagesRendered>(ids);
        drawings.Count.ShouldBe(ids.Length, "each caption is drawn once");
        var stored = await pipeline.Events.LoadAsync<DrawingStored>(drawings.Select(drawing => Streams.Drawing(drawing.Drawing)).Distinct());
        stored.Count.ShouldBe(drawings.Select(drawing => drawing.Drawing).Distinct().Count(), "each drawing is stored once");
        (await pipeline.Broker.ParkedAsync()).ShouldBe(0);
        return new Outcome(
            [.. history.OfType<PolicyUpdated>()], await pipeline.OfCaptionsAsync<CaptionSampled>(ids), drawings,
            await pipeline.OfCaptionsAsync<CaptionScored>(ids), [.. pipeline.Diffusion.Select(drawer => drawer.Output)]);
    }

    sealed record Outcome(
        IReadOnlyList<PolicyUpdated> Updates, IReadOnlyList<CaptionSampled> Captions, IReadOnlyList<ImagesRendered> Drawings,
        IReadOnlyList<CaptionScored> Scores, IReadOnlyList<string> DrawersOutput)
    {
        public void ShouldBeLike(Outcome other)
        {
            Pictures().ShouldBe(other.Pictures());
            ScoreTexts().ShouldBe(other.ScoreTexts());
            Updates.Select(update => update.WeightsSha256).ShouldBe(other.Updates.Select(update => update.WeightsSha256));
        }

        IEnumerable<string> Pictures() => Drawings.SelectMany(drawing => drawing.Images.Select(image => $"{drawing.CaptionId} {image.Sha256}"));

        IEnumerable<string> ScoreTexts() => Scores
            .Select(score => string.Create(CultureInfo.InvariantCulture, $"{score.CaptionId} {score.Reward} {score.Score:R}"))
            .Order(StringComparer.Ordinal);
    }
}
