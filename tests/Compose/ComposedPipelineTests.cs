using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pipeline.Testing;

namespace Pipeline.Compose;

public sealed partial class ComposedPipelineTests : IClassFixture<ComposedPipeline>
{
    /// <summary>Enough that the run is still under way when the last server is restarted.</summary>
    const int Steps = 40;

    readonly ComposedPipeline pipeline;

    public ComposedPipelineTests(ComposedPipeline pipeline)
    {
        Assert.SkipUnless(pipeline.IsUp, "There is no Docker on this machine.");
        this.pipeline = pipeline;
    }

    [Fact]
    public async Task Every_server_and_service_says_that_it_can_work() => await pipeline.HealthyAsync();

    [Fact]
    public async Task No_container_may_do_more_than_it_must()
    {
        foreach (var service in ComposedPipeline.Servers.Concat(ComposedPipeline.Workers).Append("init"))
        foreach (var container in await pipeline.ContainersAsync(service))
        {
            var limits = await ComposedPipeline.InspectAsync(container,
                "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{gt .HostConfig.Memory 0}}");
            limits.ShouldBe("true [ALL] [no-new-privileges:true] true", service);
            // Seq's image is root by its maker.
            if (service != "seq") (await ComposedPipeline.InspectAsync(container, "{{.Config.User}}")).ShouldBeOneOf("1654", "999:999");
            var ports = await ComposedPipeline.InspectAsync(container, "{{json .HostConfig.PortBindings}}");
            foreach (var address in JsonDocument.Parse(ports).RootElement.EnumerateObject().SelectMany(port => port.Value.EnumerateArray()))
                address.GetProperty("HostIp").GetString().ShouldBe("127.0.0.1", service);
        }
    }

    [Fact]
    public async Task No_password_is_in_what_docker_tells_of_a_container()
    {
        var passwords = await pipeline.ComposeAsync("exec", "-T", "postgres", "cat", "/run/pipeline/postgres-password", "/run/pipeline/rabbitmq-password");
        passwords.Length.ShouldBe(96);
        foreach (var service in ComposedPipeline.Servers.Concat(ComposedPipeline.Workers))
        foreach (var container in await pipeline.ContainersAsync(service))
        {
            var told = await ComposedPipeline.InspectAsync(container, "{{json .}}");
            told.ShouldNotContain(passwords[..48]);
            told.ShouldNotContain(passwords[48..]);
        }
    }

    /// <summary>One run, and everything that can happen to it: more workers, killed processes, restarted servers.</summary>
    [Fact]
    public async Task A_run_gets_better_and_nothing_is_lost_whatever_is_killed_or_restarted()
    {
        await pipeline.HealthyAsync();
        var pictures = Pictures(4);
        await pipeline.ComposeAsync("run", "-T", "--rm", "-v", $"{pictures}:/pictures:ro", "cli", "run", "--images", "/pictures",
            "--reward", "vgg", "--reward", "blip=0", "--reward", "oracle=0", "--samples", "3", "--steps", $"{Steps}", "--seed", "1",
            "--name", "compose", "--detach");
        await VersionAsync(2);

        await pipeline.ComposeAsync("up", "-d", "--no-recreate", "--scale", "diffusion=2");
        (await pipeline.ContainersAsync("diffusion")).Length.ShouldBe(2);
        await Eventually.HoldsAsync("both diffusion workers draw", async () =>
            (await LogsAsync("diffusion")).Where(log => Text(log, "@mt").StartsWith("Drew")).Select(log => Text(log, "Host")).Distinct().Count() == 2, ComposedPipeline.Pause);

        foreach (var service in (string[])["diffusion", "learner"])
        {
            var victim = (await pipeline.ContainersAsync(service))[0];
            await ComposedPipeline.KillProcessAsync(victim);
            await Eventually.HoldsAsync($"docker starts {service} again", async () =>
                await ComposedPipeline.InspectAsync(victim, "{{.State.Status}} {{gt .RestartCount 0}}") == "running true", ComposedPipeline.Pause);
        }
        await FurtherAsync();
        foreach (var server in (string[])["rabbitmq", "postgres"])
        {
            await pipeline.ComposeAsync("restart", server);
            await FurtherAsync();
        }

        await Eventually.HoldsAsync("the run is completed", async () => await CountAsync("run_completed.v1") == 1, ComposedPipeline.Pause);
        await pipeline.HealthyAsync();
        await NothingIsLostAsync();
        await CaptionsGotBetterAsync();
        Directory.Delete(pictures, recursive: true);
        (await pipeline.CliAsync("export", "last", "--out", "/tmp/checkpoint")).ShouldContain("/tmp/checkpoint");
    }

    [Fact]
    public async Task Seq_has_logs_of_every_service_with_their_properties()
    {
        foreach (var service in (string[])["rollout", "diffusion", "similarity", "learner"])
        {
            var logs = await Eventually.GetAsync($"Seq has logs of {service}", async () => await LogsAsync(service) is { Count: > 0 } some ? some : null);
            logs.ShouldAllBe(log => Text(log, "Service") == service && Text(log, "Host") != "" && Text(log, "Build") != "");
        }
    }

    [Fact]
    public async Task Studios_log_has_the_link_that_signs_in_and_without_it_everything_is_refused()
    {
        var cancel = TestContext.Current.CancellationToken;
        await pipeline.HealthyAsync();
        var link = Link.Match(await pipeline.ComposeAsync("logs", "--no-color", "--no-log-prefix", "studio"));
        link.Success.ShouldBeTrue("the first start prints it");
        link.Groups["address"].Value.ShouldBe(pipeline.Studio.ToString().TrimEnd('/'));

        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = pipeline.Studio };
        foreach (var path in (string[])["/", "/api/runs", "/studio.css"])
            (await http.GetAsync(path, cancel)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
        (await http.GetAsync(link.Value, cancel)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await http.GetAsync("/api/runs", cancel)).StatusCode.ShouldBe(HttpStatusCode.OK, "the cookie is there");
        (await http.GetAsync("/studio.css", cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetStringAsync("/runs/new", cancel)).ShouldContain("embedded pictures");
    }

    async Task NothingIsLostAsync()
    {
        var opened = await pipeline.CountAsync("select count(distinct c->>'captionId') from mt_events, jsonb_array_elements(data->'captions') c where type = 'step_opened.v1'");
        opened.ShouldBe(Steps * 10);
        foreach (var type in (string[])["caption_sampled.v1", "images_rendered.v1"])
            (await pipeline.CountAsync($"select count(*) from mt_events where type = '{type}'")).ShouldBe(opened, type);
        foreach (var reward in (string[])["vgg", "blip", "oracle"])
            (await pipeline.CountAsync($"select count(distinct data->>'captionId') from mt_events where type = 'caption_scored.v1' and data->>'reward' = '{reward}'"))
                .ShouldBe(opened, reward);
        (await CountAsync("caption_scored.v1")).ShouldBe(3 * opened);

        (await CountAsync("policy_updated.v1")).ShouldBe(Steps);
        (await pipeline.CountAsync("select count(distinct data->>'version') from mt_events where type = 'policy_updated.v1'")).ShouldBe(Steps);
        (await pipeline.CountAsync("select count(distinct c.caption) from mt_events, jsonb_array_elements_text(data->'captionIds') c(caption) where type = 'policy_updated.v1'"))
            .ShouldBe(opened);

        var queues = await pipeline.ComposeAsync("exec", "-T", "rabbitmq", "rabbitmqctl", "-q", "--no-table-headers", "list_queues", "name", "messages");
        queues.ShouldContain("render-images_error\t0");
        queues.Split('\n').Where(queue => queue.Contains("_error")).ShouldAllBe(queue => queue.Trim().EndsWith("\t0"));
    }

    async Task CaptionsGotBetterAsync()
    {
        const string mean = "select (1000 * avg((data->>'score')::float8))::bigint from mt_events where type = 'caption_scored.v1' and data->>'reward' = 'vgg' and ";
        var (first, last) = (await pipeline.CountAsync(mean + "(data->>'step')::int < 6"), await pipeline.CountAsync(mean + $"(data->>'step')::int >= {Steps - 6}"));
        last.ShouldBeGreaterThan(first);
    }

    Task<long> CountAsync(string type) => pipeline.CountAsync($"select count(*) from mt_events where type = '{type}'");

    Task VersionAsync(long version) => Eventually.HoldsAsync($"version {version} of the policy is made", async () =>
    {
        try
        {
            return await CountAsync("policy_updated.v1") >= version;
        }
        catch (Npgsql.NpgsqlException)
        {
            return false; // it is being restarted
        }
    }, ComposedPipeline.Pause);

    async Task FurtherAsync()
    {
        await pipeline.HealthyAsync();
        var version = Math.Min(Steps, await CountAsync("policy_updated.v1") + 1);
        try
        {
            await VersionAsync(version);
        }
        catch (TimeoutException)
        {
            await WithLastWordsAsync(version);
        }
    }

    /// <summary>
    /// What is missing is sent again after 30 s, then each time after twice as long: the fourth time comes after 7.5 min, beyond the usual
    /// limit. When that is over too, the failure has the services' last words: their containers are gone when somebody reads it.
    /// </summary>
    async Task WithLastWordsAsync(long version)
    {
        try
        {
            await VersionAsync(version);
        }
        catch (TimeoutException stuck)
        {
            throw new InvalidOperationException($"{stuck.Message}\n{await pipeline.LastWordsAsync()}", stuck);
        }
    }

    async Task<IReadOnlyList<JsonElement>> LogsAsync(string service)
    {
        using var http = new HttpClient { BaseAddress = pipeline.Seq };
        var filter = Uri.EscapeDataString($"Service = '{service}'");
        using var answer = JsonDocument.Parse(await http.GetStringAsync($"api/events?count=1000&service={service}&filter={filter}"));
        return [.. answer.RootElement.EnumerateArray().Select(log => log.Clone())];
    }

    [GeneratedRegex("(?<address>http://[^ /]+)/\\?token=[A-Za-z0-9_-]{43}")]
    private static partial Regex Link { get; }

    static string Text(JsonElement log, string property) => log.TryGetProperty(property, out var value) ? value.GetString() ?? "" : "";

    /// <summary>A folder with a few pictures that the containers' user may read.</summary>
    static string Pictures(int count)
    {
        var folder = Directory.CreateTempSubdirectory("pipeline-pictures-").FullName;
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        foreach (var picture in Directory.EnumerateFiles(Path.Combine(Repository.Root, "models", "tiny", "pictures", "train")).Order().Take(count))
            File.Copy(picture, Path.Combine(folder, Path.GetFileName(picture)));
        return folder;
    }
}
