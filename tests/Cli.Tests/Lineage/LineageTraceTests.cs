using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Cli.Lineage;
using Pipeline.Cli.Tests.PutAway;
using Pipeline.Contracts;
using Pipeline.Learning.Steps;
using Pipeline.Projections;

namespace Pipeline.Cli.Tests.Lineage;

public sealed class LineageTraceTests
{
    static readonly string Hash = new('a', 64);

    [Fact]
    public async Task A_lineage_as_it_was_written_is_proven_and_a_run_that_began_from_it_goes_on_with_it()
    {
        await using var store = await PutAwayStore.StartAsync();
        var first = await RunAsync(store, Hash, steps: 3);
        var second = await RunAsync(store, first.Checkpoints[1], steps: 2);

        var (parts, summary) = await TraceAsync(store, second.Id, 2);

        parts.Select(part => (part.Started.RunId, part.Version)).ShouldBe([(first.Id, 2), (second.Id, 2)]);
        (summary.IsComplete, summary.Named, summary.Found, summary.Steps, summary.Proven, summary.Repeated).ShouldBe((true, 8, 8, 4, 4, 0));
        summary.Scores.ShouldBe(new Dictionary<(string, string), int> { [("blip", "model of blip")] = 8, [("oracle", "model of oracle")] = 8 });
    }

    [Theory]
    [InlineData("update mt_events set data = jsonb_set(data, '{score}', '0.9') where type = 'caption_scored.v1' and data ->> 'step' = '1'", "captions' events have the root")]
    [InlineData("update mt_events set data = jsonb_set(data, '{seed}', '9') where type = 'caption_sampled.v1' and data ->> 'step' = '1'", "captions' events have the root")]
    [InlineData("update mt_events set data = jsonb_set(data, '{more}', '1') where type = 'caption_scored.v1' and data ->> 'step' = '1'", "captions' events have the root")]
    [InlineData("delete from mt_events where type = 'caption_scored.v1' and data ->> 'step' = '1' and data ->> 'reward' = 'oracle'", "captions' events have the root")]
    [InlineData("delete from mt_events where stream_id like 'caption-%' and data ->> 'step' = '1'", "is not in the store")]
    [InlineData("update mt_events set data = jsonb_set(data, '{metrics}', '{\"a\":1}') where type = 'policy_updated.v1' and data ->> 'version' = '1'", "version 1 has the SHA-256")]
    public async Task What_was_changed_or_is_gone_breaks_the_proof_of_its_version_alone(string change, string problem)
    {
        await using var store = await PutAwayStore.StartAsync();
        var run = await RunAsync(store, Hash, steps: 3);
        await using (var tamper = store.Connection.Database.CreateCommand(change)) (await tamper.ExecuteNonQueryAsync(Cancel)).ShouldBeGreaterThan(0);

        var (_, summary) = await TraceAsync(store, run.Id, 3);

        (summary.IsComplete, summary.Steps, summary.Proven).ShouldBe((false, 3, 2));
        summary.Problems.ShouldAllBe(one => one.Step.Made.Version == 2);
        summary.Problems.ShouldContain(one => one.Problem.Contains(problem));
    }

    /// <summary>What a stored event hashes as is what its record hashes as, whichever names its enums are stored under.</summary>
    [Fact]
    public void A_stored_event_is_the_leaf_that_its_record_is()
    {
        var names = ContractJson.Configure(new JsonSerializerOptions { Converters = { new JsonStringEnumConverter() } });
        var sampled = Sampled(Guid.NewGuid(), Guid.NewGuid(), 0, new PolicyRef(0, Hash));
        object[] events = [sampled, Scored(sampled, "blip"), Drawings.Rendered(sampled.CaptionId)];

        foreach (var data in events)
            foreach (var options in (JsonSerializerOptions[])[names, ContractJson.Options])
                StoredLeaf.Of(JsonSerializer.SerializeToElement(data, data.GetType(), options)).ShouldBe(CanonicalJson.Serialize(data));
    }

    static async Task<(IReadOnlyList<LineagePart>, LineageSummary)> TraceAsync(PutAwayStore store, Guid runId, int version)
    {
        var trace = new LineageTrace(store.Connection, new ProjectionStore(store.Connection.Database));
        var (parts, summary) = (await trace.PartsAsync(runId, version, Cancel), new LineageSummary());
        foreach (var part in parts)
            await foreach (var step in trace.StepsAsync(part, Cancel)) summary.Add(step);
        return (parts, summary);
    }

    static async Task<(Guid Id, List<string> Checkpoints)> RunAsync(PutAwayStore store, string captioner, int steps)
    {
        var (id, checkpoints) = (Guid.NewGuid(), new List<string>());
        object link = new RunStarted(id, RecordedRun.Settings with { Captioner = captioner });
        await store.AppendAsync(Streams.Run(id), link);
        var policy = new PolicyRef(0, captioner);
        for (var step = 0; step < steps; step++)
        {
            CaptionSampled[] captions = [.. Enumerable.Range(0, 2).Select(_ => Sampled(id, Guid.NewGuid(), step, policy))];
            CaptionScored[] scores = [.. captions.SelectMany(caption => (CaptionScored[])[Scored(caption, "blip"), Scored(caption, "oracle")])];
            foreach (var caption in captions)
                await store.AppendAsync(Streams.Caption(caption.CaptionId), [caption, .. scores.Where(score => score.CaptionId == caption.CaptionId)]);
            var requests = captions.Select(caption => new CaptionRequest(caption.CaptionId, Hash, 0, caption.Seed));
            var made = new PolicyUpdated(
                id, step + 1, policy, CanonicalJson.Sha256($"{id} {step}"), CanonicalJson.Sha256($"weights {id} {step}"), Hash,
                MerkleTree.Root([.. CaptionLeaves.Of(requests, captions, [], scores, ["blip", "oracle"])]), Link.To(link),
                [.. captions.Select(caption => caption.CaptionId)], new Dictionary<string, RewardNormalisation>(), new Dictionary<string, double>(),
                new Dictionary<string, double>());
            await store.AppendAsync(Streams.Run(id), made);
            checkpoints.Add(made.Checkpoint);
            (link, policy) = (made, new PolicyRef(made.Version, made.Checkpoint));
        }
        return (id, checkpoints);
    }

    static CaptionSampled Sampled(Guid run, Guid caption, int step, PolicyRef policy) => new(
        caption, run, step, CaptionPurpose.Training, Hash, 0, 7, policy, new Decoding(DecodingMode.Sample), "a \"quoted\" text, Ü", [1, 2], [-0.1f, -2.3456789f]);

    static CaptionScored Scored(CaptionSampled caption, string reward) => new(
        caption.CaptionId, caption.RunId, caption.Step, reward, 0.1, [], new Dictionary<string, double> { ["f1"] = 0.3 }, $"model of {reward}");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
