using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Pipeline.Hosting;
using Pipeline.Studio.Tests.Run;

namespace Pipeline.Studio.Tests.Forms;

/// <summary>Studio where nobody lists queues: the broker's management API does not answer.</summary>
public sealed class UnlistedQueues : IAsyncLifetime
{
    /// <summary>Studio, with two rewards that are offered and one that a run had.</summary>
    public StudioHost Studio { get; } = new() { Settings = { ["Pipeline:RabbitMqManagement"] = "http://guest:guest@127.0.0.1:1" } };

    /// <summary>The run.</summary>
    public Guid RunId { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await Studio.InitializeAsync();
        await Studio.DeclareAsync("score-captions-blip", "score-images-vgg");
        RunId = await Studio.RunAsync(MadeUp.Settings(("mine", 1)));
    }

    public ValueTask DisposeAsync() => Studio.DisposeAsync();
}

public sealed class UnlistedRewardTests(UnlistedQueues broker) : IClassFixture<UnlistedQueues>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_can_have_rewards_that_the_broker_knows_by_name_and_those_that_runs_had()
    {
        var page = await PageAsync("/runs/new");
        page.ShouldContain("Which rewards there are is not known");
        page.ShouldNotContain("Similarity is not running");
        foreach (var reward in (string[])["blip", "vgg", "mine", "oracle"]) page.ShouldContain($"name=\"weight:{reward}\"");
        page.ShouldContain(">vgg (looks at drawings: slow)</label>");
        page.ShouldContain(">mine (no service offers it at the moment)</label>");
        page.ShouldContain(">blip</label>");
    }

    [Fact]
    public async Task A_weight_that_was_typed_stays_in_the_form_also_when_nobody_knows_of_the_reward()
    {
        using var http = broker.Studio.Client(broker.Studio.Token);
        var answer = await http.PostAsync("/runs/new", new FormUrlEncodedContent([new("weight:other", "0.5"), new("steps", "many")]), Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain("name=\"weight:other\" value=\"0.5\"");
    }

    [Fact]
    public async Task A_replay_can_name_any_reward()
    {
        var page = await PageAsync("/replays/new");
        page.ShouldContain("Which rewards there are is not known");
        page.ShouldNotContain("Similarity is not running");
        page.ShouldContain("<input name=\"reward\"");
        foreach (var reward in (string[])["blip", "vgg", "mine"]) page.ShouldContain($"<option value=\"{reward}\">");
    }

    /// <summary>Refused for nothing but that no Learner was ever here: what was asked for was checked before.</summary>
    [Fact]
    public async Task The_size_of_a_batch_is_known_when_other_settings_are_checked()
    {
        using var http = broker.Studio.Client(broker.Studio.Token);
        var pictures = await broker.Studio.Host.Get<Connection>().Blobs.PutAsync(new ReadOnlyMemory<byte>([1]), Cancel);
        var answer = await http.PostAsJsonAsync(
            "/api/runs", new { pictures, preset = "tiny", batchSize = 30, settings = """{ "samplesPerPicture": 3, "rewards": { "blip": 1 } }""" }, Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain("no service takes StartRun");
    }

    [Fact]
    public async Task What_a_replay_is_refused_for_can_be_mended_by_whoever_asked()
    {
        using var http = broker.Studio.Client(broker.Studio.Token);
        var answer = await http.PostAsJsonAsync("/api/replays", new { runId = broker.RunId, reward = "vgg" }, Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("detail").GetString()!;
        problem.ShouldContain("(`redraw`)");
        problem.ShouldNotContain("--");
    }

    async Task<string> PageAsync(string path)
    {
        using var http = broker.Studio.Client(broker.Studio.Token);
        var answer = await http.GetAsync(path, Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }
}
