using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Samples;

/// <summary>What a reward in Python does wrong, seen by who watches the run.</summary>
[Collection(nameof(JoinedSamples))]
public sealed class BrokenRewardTests(JoinedSamples joined)
{
    const string Good = "keywords.serve('broken', lambda caption: (1.5, {}), __file__)";

    readonly TestPipeline pipeline = joined.Pipeline;

    [Theory]
    [InlineData("keywords.serve('broken', lambda caption: 1 / 0, __file__)", "division by zero (parked in score-captions-broken_error)")]
    [InlineData("keywords.serve('broken', lambda caption: (float('nan'), {}), __file__)", "Out of range float values are not JSON compliant")]
    [InlineData(
        """
        import uuid
        answer = keywords.answer
        keywords.answer = lambda batch, *rest: {**answer(batch, *rest), "captions": [
            {**score, "captionId": str(uuid.uuid4())} for score in answer(batch, *rest)["captions"]]}
        keywords.serve('broken', lambda caption: (1.5, {}), __file__)
        """,
        "scored 4 captions that run")]
    [InlineData(
        """
        answer = keywords.answer
        keywords.answer = lambda batch, *rest: {**answer(batch, *rest), "captions": answer(batch, *rest)["captions"][:1]}
        keywords.serve('broken', lambda caption: (1.5, {}), __file__)
        """,
        "reward broken: 6 captions of step 1 not scored yet")]
    public async Task A_run_waits_and_watch_says_for_how_many_captions_and_why_and_once_it_is_mended_the_run_goes_on(string program, string reason)
    {
        Guid runId;
        await using (Start(program))
        {
            runId = await pipeline.StartRunAsync(await pipeline.SettingsAsync(steps: 1) with
            {
                Name = $"broken {Guid.NewGuid():N}", HeldOutPictures = null, Rewards = new Dictionary<string, double> { ["broken"] = 1 },
            });
            await pipeline.WaitForAsync<StepOpened>(runId);
            await using var watch = new ServiceProcess(["dotnet", CommandLine.Program, "watch", runId.ToString("N")[..8]], pipeline.Environment);
            await Eventually.HoldsAsync($"watch says {reason}, not only: {watch.Output}", () => watch.Output.Contains(reason, StringComparison.Ordinal));
            watch.Output.ShouldContain("captions of step 1 not scored yet");
            (await pipeline.HistoryAsync(runId)).OfType<PolicyUpdated>().ShouldBeEmpty();
        }

        await using var mended = Start(Good);
        await pipeline.WaitForAsync<RunCompleted>(runId);

        var update = (await pipeline.HistoryAsync(runId)).OfType<PolicyUpdated>().Single();
        (await pipeline.OfCaptionsAsync<CaptionScored>(update.CaptionIds)).Select(score => score.Score).ShouldBe(Enumerable.Repeat(1.5, 8));
    }

    ServiceProcess Start(string program)
    {
        var file = Path.Combine(Path.GetDirectoryName(joined.Keywords)!, $"broken_{Guid.NewGuid():N}.py");
        File.WriteAllText(file, $"import keywords\n{program}\n");
        return new ServiceProcess(["/usr/bin/python3", file], pipeline.Environment);
    }
}
