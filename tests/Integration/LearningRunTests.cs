using System.Security.Cryptography;
using Pipeline.Contracts;
using Pipeline.Models;
using Pipeline.Models.Safetensors;
using Pipeline.Testing;

namespace Pipeline.Integration;

/// <summary>The main job, end to end, and the promises that it makes.</summary>
public sealed class LearningRunTests(QuietRun quiet) : IClassFixture<QuietRun>
{
    TestPipeline Shared => quiet.Pipeline;

    [Fact]
    public async Task A_run_samples_scores_learns_evaluates_and_records_every_part_of_it()
    {
        var history = await Shared.HistoryAsync(quiet.RunId);
        var completed = history.OfType<RunCompleted>().Single();
        var updates = history.OfType<PolicyUpdated>().ToArray();
        updates.Select(update => update.Version).ShouldBe([1, 2, 3, 4]);
        updates.Select(update => update.Parent.Version).ShouldBe([0, 1, 2, 3]);
        completed.WeightsSha256.ShouldBe(updates[^1].WeightsSha256);
        history.OfType<Evaluated>().Select(evaluated => (evaluated.Version, evaluated.Mode)).ShouldBe(
            from version in (int[])[0, 2, 4] from mode in (DecodingMode[])[DecodingMode.Greedy, DecodingMode.Sample] select (version, mode), ignoreOrder: true);

        await OwnCaptionsAreAsLikelyAsTheyWereAsync(history);

        foreach (var step in history.OfType<StepOpened>())
        {
            var ids = step.Captions.Select(caption => caption.CaptionId).ToArray();
            updates[step.Step].CaptionIds.ShouldBe(ids);
            (await Shared.OfCaptionsAsync<CaptionSampled>(ids)).Select(caption => caption.Policy).Distinct().ShouldBe([step.Policy]);
            var scores = await Shared.OfCaptionsAsync<CaptionScored>(ids);
            scores.Count(score => score.Reward == "blip").ShouldBe(ids.Length);
            scores.Where(score => score.Reward == "oracle").ShouldAllBe(score => score.Details.ContainsKey("f1"));

            // What was learned from can be computed again from the log: the weighted sum of normalised scores (the oracle has weight 0).
            var blip = updates[step.Step].Rewards["blip"];
            var expected = scores.Where(score => score.Reward == "blip").Average(score => blip.Weight * (score.Score - blip.Centre) * blip.Scale);
            updates[step.Step].Metrics["objective/scores"].ShouldBe(expected, 1e-4);
        }
        (await Shared.Broker.ParkedAsync()).ShouldBe(0);
    }

    /// <summary>Version 0 is the reference: what it wrote has the perplexity that follows from the probabilities recorded with it.</summary>
    async Task OwnCaptionsAreAsLikelyAsTheyWereAsync(IReadOnlyList<object> history)
    {
        foreach (var opened in history.OfType<EvaluationOpened>().Where(opened => opened.Policy.Version == 0))
        {
            var captions = await Shared.OfCaptionsAsync<CaptionSampled>(opened.Captions.Select(caption => caption.CaptionId));
            var evaluated = history.OfType<Evaluated>().Single(done => done.Version == 0 && done.Mode == opened.Decoding.Mode);
            evaluated.Metrics!["perplexity"].ShouldBe(
                Math.Exp(-captions.Sum(caption => caption.LogProbs.Sum()) / captions.Sum(caption => caption.TokenIds.Count)), 1e-3);
            evaluated.Metrics.Keys.ShouldContain("cider_d", "the embedded pictures have captions by people");
            evaluated.ReferenceLogProbs!.Count.ShouldBe(opened.Captions.Count);
        }
    }

    [Fact]
    public async Task Every_version_links_to_the_one_before_and_matches_its_blobs_and_its_captions()
    {
        var history = await Shared.HistoryAsync(quiet.RunId);
        object previous = history.OfType<RunStarted>().Single();
        foreach (var update in history.OfType<PolicyUpdated>())
        {
            update.Previous.ShouldBe(Sha256(CanonicalJson.Serialize(previous)));
            previous = update;

            var sampled = await Shared.OfCaptionsAsync<CaptionSampled>(update.CaptionIds);
            var scored = (await Shared.OfCaptionsAsync<CaptionScored>(update.CaptionIds)).ToLookup(score => score.CaptionId);
            update.BatchRoot.ShouldBe(MerkleTree.Root([.. sampled.SelectMany(caption => (byte[][])
            [
                CanonicalJson.Serialize(caption),
                .. scored[caption.CaptionId].OrderBy(score => score.Reward, StringComparer.Ordinal).Select(CanonicalJson.Serialize),
            ])]));

            var files = await Shared.Checkpoints.OpenAsync(update.Checkpoint, TestContext.Current.CancellationToken);
            Sha256(files.ReadAllBytes("model.safetensors")).ShouldBe(update.WeightsSha256);
            Sha256(files.ReadAllBytes("trainer/optimiser.safetensors")).ShouldBe(update.OptimiserSha256);
            using var weights = SafetensorsFile.Open(files);
            weights.Metadata["run"].ShouldBe(quiet.RunId.ToString("D"));
            weights.Metadata["version"].ShouldBe($"{update.Version}");
            weights.Metadata["batch_root"].ShouldBe(update.BatchRoot);
        }
    }

    [Fact]
    public async Task Without_its_reward_service_a_run_waits_and_says_for_what_and_learns_nothing()
    {
        var settings = await Shared.SettingsAsync(steps: 2);
        await Shared.Similarity.KillAsync();
        var said = Shared.Learner.Output.Length;

        var runId = await Shared.StartRunAsync(settings);
        await Eventually.HoldsAsync("the Learner says what it waits for", () => Shared.Learner.Output[said..].Contains("waits for reward 'blip'", StringComparison.Ordinal));

        var history = await Shared.HistoryAsync(runId);
        history.OfType<PolicyUpdated>().ShouldBeEmpty();
        var ids = history.OfType<StepOpened>().Single().Captions.Select(caption => caption.CaptionId);
        (await Shared.OfCaptionsAsync<CaptionScored>(ids)).ShouldBeEmpty("a reward that is away is no zero");

        Shared.Similarity.Start();
        await Shared.WaitForAsync<RunCompleted>(runId);
    }

    [Fact]
    public async Task Scores_that_arrive_as_plain_messages_are_recorded_and_trained_on()
    {
        var settings = await Shared.SettingsAsync(steps: 1) with { Rewards = new Dictionary<string, double> { ["length"] = 1 }, HeldOutPictures = null };

        var runId = await Shared.StartRunAsync(settings);
        var step = await Shared.WaitForAsync<StepOpened>(runId);
        var captions = await Eventually.GetAsync("all captions of the step", async () =>
            await Shared.OfCaptionsAsync<CaptionSampled>(step.Captions.Select(caption => caption.CaptionId)) is { Count: 8 } all ? all : null);
        foreach (var batch in captions.Chunk(settings.MicroBatch))
            await Shared.SendAsync(new CaptionsScored(
                runId, 0, Ids.Batch(batch.Select(caption => caption.CaptionId)), "length",
                [.. batch.Select(caption => new CaptionScored(
                    caption.CaptionId, runId, 0, "length", caption.TokenIds.Count, [], new Dictionary<string, double>(), "by hand"))], 1));
        await Shared.WaitForAsync<RunCompleted>(runId);

        var update = (await Shared.HistoryAsync(runId)).OfType<PolicyUpdated>().Single();
        update.Metrics["reward/length/mean"].ShouldBe(captions.Average(caption => caption.TokenIds.Count), 1e-9);
        (await Shared.OfCaptionsAsync<CaptionScored>(update.CaptionIds)).Select(score => score.Model).ShouldAllBe(model => model == "by hand");
    }

    [Fact]
    public async Task The_same_seed_in_two_fresh_stores_gives_the_same_captions_rewards_and_weights()
    {
        (await RunAsync(_ => Task.CompletedTask)).ShouldBeLike(quiet.Outcome);
    }

    [Fact]
    public async Task Killing_Learner_and_Rollout_in_mid_run_changes_nothing_in_what_was_learned()
    {
        var killed = await RunAsync(async run =>
        {
            await run.Pipeline.WaitForAsync<PolicyUpdated>(run.RunId, update => update.Version == 1);
            await run.Pipeline.Learner.KillAsync();
            run.Pipeline.Learner.Start();
            await run.Pipeline.WaitForAsync<PolicyUpdated>(run.RunId, update => update.Version == 2);
            await run.Pipeline.Rollout.KillAsync();
            run.Pipeline.Rollout.Start();
        });

        killed.ShouldBeLike(quiet.Outcome);
    }

    [Fact]
    public async Task A_stopped_run_pauses_and_goes_on_where_it_was_when_it_is_resumed()
    {
        var paused = await RunAsync(async run =>
        {
            await run.Pipeline.WaitForAsync<PolicyUpdated>(run.RunId, update => update.Version == 1);
            await run.Pipeline.SendAsync(new StopRun(run.RunId));
            await run.Pipeline.WaitForAsync<RunStopped>(run.RunId);
            await run.Pipeline.SendAsync(new ResumeRun(run.RunId));
        });

        paused.ShouldBeLike(quiet.Outcome);
    }

    [Fact]
    public async Task With_lag_a_step_is_sampled_from_an_older_version_by_a_fixed_schedule()
    {
        var runId = await Shared.StartRunAsync(await Shared.SettingsAsync() with { MaxStaleness = 2 });
        await Shared.WaitForAsync<RunCompleted>(runId);

        var history = await Shared.HistoryAsync(runId);
        history.OfType<StepOpened>().OrderBy(step => step.Step).Select(step => step.Policy.Version).ShouldBe([0, 0, 0, 1]);
        history.OfType<PolicyUpdated>().Select(update => update.Metrics["staleness"]).ShouldBe([0, 1, 2, 2]);
    }

    [Fact]
    public async Task A_run_whose_settings_are_wrong_fails_and_says_which()
    {
        var runId = await Shared.StartRunAsync(await Shared.SettingsAsync() with { Temperature = 0 });

        (await Shared.WaitForAsync<RunFailed>(runId)).Reason.ShouldContain("temperature");
    }

    [Fact]
    public async Task A_caption_s_events_carry_run_message_service_and_build()
    {
        var step = (await Shared.HistoryAsync(quiet.RunId)).OfType<StepOpened>().First();
        var timeline = await Shared.TimelineAsync(step.Captions[0].CaptionId);

        timeline.Select(@event => @event.EventTypeName).ShouldBe(["caption_sampled.v1", "caption_scored.v1", "caption_scored.v1"]);
        timeline.ShouldAllBe(@event => @event.CorrelationId == quiet.RunId.ToString("D") && @event.CausationId != null);
        timeline.Select(@event => @event.GetHeader("service")!.ToString()).Distinct().ShouldBe(["rollout", "similarity"]);
        timeline.ShouldAllBe(@event => @event.GetHeader("build") != null);
    }

    static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    static async Task<LearnedOutcome> RunAsync(Func<(TestPipeline Pipeline, Guid RunId), Task> disturb)
    {
        await using var pipeline = await TestPipeline.StartAsync();
        var runId = await pipeline.StartRunAsync(await pipeline.SettingsAsync());
        await disturb((pipeline, runId));
        await pipeline.WaitForAsync<RunCompleted>(runId);
        return await LearnedOutcome.OfAsync(pipeline, runId);
    }
}
