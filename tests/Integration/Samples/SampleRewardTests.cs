using System.Security.Cryptography;
using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Integration.Samples;

/// <summary>Rewards of others against a running pipeline, none of whose services is built or started again for them.</summary>
[Collection(nameof(JoinedSamples))]
public sealed class SampleRewardTests(JoinedSamples joined)
{
    static readonly string[] Rewards = ["caption-length", "fluency", "keywords"];

    readonly TestPipeline pipeline = joined.Pipeline;

    [Fact]
    public async Task A_run_that_is_started_later_is_trained_on_each_of_them()
    {
        var settings = await pipeline.SettingsAsync(steps: 2) with
        {
            HeldOutPictures = null, Rewards = Rewards.ToDictionary(name => name, _ => 1.0),
        };

        var runId = await pipeline.StartRunAsync(settings);
        await pipeline.WaitForAsync<RunCompleted>(runId);

        var updates = (await pipeline.HistoryAsync(runId)).OfType<PolicyUpdated>().ToArray();
        var captions = await pipeline.OfCaptionsAsync<CaptionSampled>(updates.SelectMany(update => update.CaptionIds));
        var scores = (await pipeline.OfCaptionsAsync<CaptionScored>(captions.Select(caption => caption.CaptionId))).ToLookup(score => score.Reward);
        scores.Select(reward => (reward.Key, reward.Count())).ShouldBe(Rewards.Select(name => (name, 16)), ignoreOrder: true, joined.Output);
        foreach (var name in Rewards)
            updates[0].Metrics[$"reward/{name}/mean"].ShouldBe(
                scores[name].Where(score => score.Step == 0).Average(score => score.Score), 1e-6, name);

        scores["caption-length"].ShouldAllBe(score => score.Details["words"] > 0 && score.Model.Length == 64);
        var source = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(joined.Keywords, TestContext.Current.CancellationToken)));
        scores["keywords"].ShouldAllBe(score => score.Model == source && score.Score == Math.Round(score.Score * 6) / 6);
    }

    [Fact]
    public async Task What_the_reference_captioner_wrote_is_as_fluent_as_it_found_it_itself()
    {
        var runId = await pipeline.StartRunAsync(await pipeline.SettingsAsync(steps: 1) with
        {
            HeldOutPictures = null, Rewards = new Dictionary<string, double> { ["fluency"] = 1 },
        });
        var step = await pipeline.WaitForAsync<StepOpened>(runId);
        await pipeline.WaitForAsync<RunCompleted>(runId);

        var ids = step.Captions.Select(caption => caption.CaptionId).ToArray();
        var scores = (await pipeline.OfCaptionsAsync<CaptionScored>(ids)).ToDictionary(score => score.CaptionId);
        var ended = (await pipeline.OfCaptionsAsync<CaptionSampled>(ids)).Where(caption => caption.TokenIds.Count < caption.Decoding.MaxNewTokens).ToArray();
        ended.ShouldNotBeEmpty();
        foreach (var caption in ended)
            scores[caption.CaptionId].Score.ShouldBe(caption.LogProbs.Average(), 1e-4, caption.Text);
    }

    [Theory]
    [InlineData("caption-length")]
    [InlineData("fluency")]
    [InlineData("keywords")]
    public async Task A_run_that_was_done_before_they_came_is_replayed_with_each_of_them(string reward)
    {
        var before = await pipeline.OthersThanReplaysAsync(joined.OldRun);

        var (code, said) = await CommandLine.RunAsync(pipeline.Environment, "replay", joined.OldRun.ToString("N")[..8], "--reward", reward);

        code.ShouldBe(0, said + joined.Output);
        said.ShouldContain("8 captions");
        (await pipeline.OthersThanReplaysAsync(joined.OldRun)).ShouldBe(before);
    }

    [Fact]
    public async Task Who_does_not_say_where_the_pipeline_is_is_told_in_one_line_how_to()
    {
        var nowhere = new Dictionary<string, string> { ["PIPELINE_LOCAL"] = Path.Combine(joined.Checkout, "nowhere") };
        await using var lost = new ServiceProcess(["dotnet", ServiceProcess.Program("samples", "CaptionLength")], nowhere);

        (await lost.EndAsync()).ShouldBe(1);
        lost.Output.ShouldStartWith("Cannot start: No pipeline was found. Set PIPELINE_LOCAL to the folder .local of a checkout");
        lost.Output.Trim().ShouldNotContain('\n');
    }
}
