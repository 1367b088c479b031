using Pipeline.Contracts;

namespace Pipeline.Integration;

/// <summary>The main job, end to end, and the promises that it makes.</summary>
public sealed class LearningRunTests
{
    [Fact]
    public async Task A_run_samples_scores_learns_evaluates_and_records_every_part_of_it()
    {
        await using var pipeline = await TestPipeline.StartAsync();
        var settings = await pipeline.SettingsAsync();

        var runId = await pipeline.StartRunAsync(settings);
        var completed = await pipeline.WaitForAsync<RunCompleted>(runId);

        var history = await pipeline.HistoryAsync(runId);
        var updates = history.OfType<PolicyUpdated>().ToArray();
        updates.Select(update => update.Version).ShouldBe([1, 2, 3, 4]);
        updates.Select(update => update.Parent.Version).ShouldBe([0, 1, 2, 3]);
        completed.WeightsSha256.ShouldBe(updates[^1].WeightsSha256);
        history.OfType<Evaluated>().Select(evaluated => (evaluated.Version, evaluated.Mode)).ShouldBe(
            from version in (int[])[0, 2, 4] from mode in (DecodingMode[])[DecodingMode.Greedy, DecodingMode.Sample] select (version, mode), ignoreOrder: true);

        foreach (var step in history.OfType<StepOpened>())
        {
            var ids = step.Captions.Select(caption => caption.CaptionId).ToArray();
            updates[step.Step].CaptionIds.ShouldBe(ids);
            (await pipeline.OfCaptionsAsync<CaptionSampled>(ids)).Select(caption => caption.Policy).Distinct().ShouldBe([step.Policy]);
            var scores = await pipeline.OfCaptionsAsync<CaptionScored>(ids);
            scores.Count(score => score.Reward == "blip").ShouldBe(ids.Length);
            scores.Where(score => score.Reward == "oracle").ShouldAllBe(score => score.Details.ContainsKey("f1"));

            // What was learned from can be computed again from the log: the weighted sum of normalised scores (the oracle has weight 0).
            var blip = updates[step.Step].Rewards["blip"];
            var expected = scores.Where(score => score.Reward == "blip").Average(score => blip.Weight * (score.Score - blip.Centre) * blip.Scale);
            updates[step.Step].Metrics["objective/scores"].ShouldBe(expected, 1e-4);
        }
        (await pipeline.Broker.QueuesAsync()).Where(queue => queue.Key.EndsWith("_error", StringComparison.Ordinal))
            .ShouldAllBe(queue => (queue.Value["messages"] == null ? 0 : queue.Value["messages"]!.GetValue<int>()) == 0);
    }

    [Fact]
    public async Task The_same_seed_in_two_fresh_stores_gives_the_same_captions_rewards_and_weights()
    {
        var first = await RunAsync(_ => Task.CompletedTask);
        var second = await RunAsync(_ => Task.CompletedTask);

        second.Captions.ShouldBe(first.Captions);
        second.Scores.ShouldBe(first.Scores);
        second.Weights.ShouldBe(first.Weights);
    }

    [Fact]
    public async Task Killing_Learner_and_Rollout_in_mid_run_changes_nothing_in_what_was_learned()
    {
        var quiet = await RunAsync(_ => Task.CompletedTask);
        var killed = await RunAsync(async run =>
        {
            await run.Pipeline.WaitForAsync<PolicyUpdated>(run.RunId, update => update.Version == 1);
            await run.Pipeline.Learner.KillAsync();
            run.Pipeline.Learner.Start();
            await run.Pipeline.WaitForAsync<PolicyUpdated>(run.RunId, update => update.Version == 2);
            await run.Pipeline.Rollout.KillAsync();
            run.Pipeline.Rollout.Start();
        });

        killed.Captions.ShouldBe(quiet.Captions);
        killed.Scores.ShouldBe(quiet.Scores);
        killed.Weights.ShouldBe(quiet.Weights);
    }

    [Fact]
    public async Task A_stopped_run_pauses_and_goes_on_where_it_was_when_it_is_resumed()
    {
        var quiet = await RunAsync(_ => Task.CompletedTask);
        var paused = await RunAsync(async run =>
        {
            await run.Pipeline.WaitForAsync<PolicyUpdated>(run.RunId, update => update.Version == 1);
            await run.Pipeline.SendAsync(new StopRun(run.RunId));
            await run.Pipeline.WaitForAsync<RunStopped>(run.RunId);
            await run.Pipeline.SendAsync(new ResumeRun(run.RunId));
        });

        paused.Weights.ShouldBe(quiet.Weights);
    }

    [Fact]
    public async Task With_lag_a_step_is_sampled_from_an_older_version_by_a_fixed_schedule()
    {
        await using var pipeline = await TestPipeline.StartAsync();
        var runId = await pipeline.StartRunAsync(await pipeline.SettingsAsync() with { MaxStaleness = 2 });
        await pipeline.WaitForAsync<RunCompleted>(runId);

        var history = await pipeline.HistoryAsync(runId);
        history.OfType<StepOpened>().OrderBy(step => step.Step).Select(step => step.Policy.Version).ShouldBe([0, 0, 0, 1]);
        history.OfType<PolicyUpdated>().Select(update => update.Metrics["staleness"]).ShouldBe([0, 1, 2, 2]);
    }

    [Fact]
    public async Task A_run_whose_settings_are_wrong_fails_and_says_which()
    {
        await using var pipeline = await TestPipeline.StartAsync();
        var runId = await pipeline.StartRunAsync(await pipeline.SettingsAsync() with { Temperature = 0 });

        (await pipeline.WaitForAsync<RunFailed>(runId)).Reason.ShouldContain("temperature");
    }

    [Fact]
    public async Task A_caption_s_events_carry_run_message_service_and_build_and_one_trace()
    {
        await using var pipeline = await TestPipeline.StartAsync();
        var runId = await pipeline.StartRunAsync(await pipeline.SettingsAsync(steps: 1));
        await pipeline.WaitForAsync<RunCompleted>(runId);

        var step = (await pipeline.HistoryAsync(runId)).OfType<StepOpened>().Single();
        var timeline = await pipeline.TimelineAsync(step.Captions[0].CaptionId);

        timeline.Select(@event => @event.EventTypeName).ShouldBe(["caption_sampled.v1", "caption_scored.v1", "caption_scored.v1"]);
        timeline.ShouldAllBe(@event => @event.CorrelationId == runId.ToString("D") && @event.CausationId != null);
        timeline.Select(@event => @event.GetHeader("service")!.ToString()).Distinct().ShouldBe(["rollout", "similarity"]);
        timeline.ShouldAllBe(@event => @event.GetHeader("build") != null);
    }

    sealed record Outcome(string[] Captions, string[] Scores, string[] Weights);

    static async Task<Outcome> RunAsync(Func<(TestPipeline Pipeline, Guid RunId), Task> disturb)
    {
        await using var pipeline = await TestPipeline.StartAsync();
        var runId = await pipeline.StartRunAsync(await pipeline.SettingsAsync());
        await disturb((pipeline, runId));
        await pipeline.WaitForAsync<RunCompleted>(runId);

        var history = await pipeline.HistoryAsync(runId);
        var ids = history.OfType<StepOpened>().OrderBy(step => step.Step).SelectMany(step => step.Captions).Select(caption => caption.CaptionId).ToArray();
        var captions = await pipeline.OfCaptionsAsync<CaptionSampled>(ids);
        captions.Count.ShouldBe(ids.Length, "each caption is recorded once");
        return new Outcome(
            [.. captions.Select(caption => $"{caption.Text} {string.Join(' ', caption.LogProbs)}")],
            [.. (await pipeline.OfCaptionsAsync<CaptionScored>(ids)).Select(score => $"{score.CaptionId} {score.Reward} {score.Score:R}").Order(StringComparer.Ordinal)],
            [.. history.OfType<PolicyUpdated>().Select(update => update.WeightsSha256)]);
    }
}
