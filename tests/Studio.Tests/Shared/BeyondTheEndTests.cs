using System.Net;
using System.Net.Http.Json;
using Pipeline.Studio.Tests.Run;

namespace Pipeline.Studio.Tests.Shared;

/// <summary>Pages that have nothing to show say why: something else than that there is nothing at all.</summary>
public sealed class BeyondTheEndTests(StudioHost studio) : IClassFixture<StudioHost>
{
    static readonly RunSettings Settings = MadeUp.Settings(("blip", 1));

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/?from=1000")]
    [InlineData("/?from=2147483647")]
    public async Task Beyond_the_oldest_run_there_are_newer_ones(string path)
    {
        await studio.RunAsync(Settings);
        var page = await PageAsync(path);
        page.ShouldNotContain("No run yet");
        page.ShouldContain("The list ends before: there ");
        page.ShouldNotContain("rel=\"next\"");
    }

    [Fact]
    public async Task Before_the_newest_run_there_is_the_newest()
    {
        var runId = await studio.RunAsync(Settings);
        var page = await PageAsync("/?from=-2147483648");
        page.ShouldContain($"{runId}");
        page.ShouldNotContain("rel=\"next\"");
    }

    [Fact]
    public async Task Beyond_the_oldest_replay_there_are_newer_ones()
    {
        var (runId, replayId) = (await studio.RunAsync(Settings), Guid.NewGuid());
        await studio.AppendAsync(Streams.Replay(replayId), new ReplayStarted(replayId, runId, "blip", "blip", new(0, 2), 8, new('c', 64)));
        var page = await PageAsync("/replays?from=1000");
        page.ShouldNotContain("Nothing was replayed yet");
        page.ShouldContain("The list ends before");
    }

    [Fact]
    public async Task A_picture_that_a_run_has_no_caption_of_may_have_captions_of_others()
    {
        var picture = CanonicalJson.Sha256(Guid.NewGuid());
        Guid runId = await studio.RunAsync(Settings), other = await studio.RunAsync(Settings), captionId = Guid.NewGuid();
        await studio.AppendAsync(Streams.Caption(captionId), new CaptionSampled(
            captionId, runId, 0, CaptionPurpose.Training, picture, 0, 7, new(0, Settings.Captioner), new(DecodingMode.Sample), "a red circle", [1], [-0.5f]));

        (await PageAsync($"/pictures/{picture}?run={runId}")).ShouldContain("a red circle");
        var page = await PageAsync($"/pictures/{picture}?run={other}");
        page.ShouldNotContain("No caption of this picture is in the store");
        page.ShouldContain("has no caption of this picture");
        page.ShouldContain("1 other run has");
        (await PageAsync($"/pictures/{new string('e', 64)}")).ShouldContain("No caption of this picture is in the store");

        (await PageAsync($"/pictures?after={new string('f', 64)}")).ShouldNotContain("No picture has a caption yet");
        (await PageAsync($"/pictures?run={other}")).ShouldNotContain("No picture has a caption yet");
    }

    [Fact]
    public async Task A_run_whose_reward_was_not_recorded_is_listed_without_it()
    {
        var runId = await studio.RunAsync(Settings);
        await studio.AppendAsync(Streams.Run(runId), new PolicyUpdated(
            runId, 1, new(0, Settings.Captioner), new('1', 64), new('2', 64), new('3', 64), new('4', 64), new('5', 64), [],
            new Dictionary<string, RewardNormalisation>(), new Dictionary<string, double> { ["objective/kl"] = 0.5 }, new Dictionary<string, double>()));
        using var http = studio.Client(studio.Token);
        var list = await http.GetFromJsonAsync<RunList>("/api/runs", Cancel);
        list!.Runs.Single(run => run.RunId == runId).Reward.ShouldBeNull();
    }

    async Task<string> PageAsync(string path)
    {
        using var http = studio.Client(studio.Token);
        var answer = await http.GetAsync(path, Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    sealed record RunList(IReadOnlyList<RunLine> Runs);

    sealed record RunLine(Guid RunId, double? Reward);
}
