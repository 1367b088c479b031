using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Learner.CollectScores;
using Pipeline.Learner.DriveRuns;
using Pipeline.Testing;

namespace Pipeline.Learner.Tests.CollectScores;

/// <summary>What rewards in other languages answer, as JSON on a real broker. Each test has its own: what one parks is nobody else's.</summary>
public sealed class CollectScoresTests : IAsyncLifetime
{
    static readonly Guid Run = Guid.NewGuid();
    static readonly CaptionSampled[] Captions = [Caption(0), Caption(1)];

    readonly TestStack stack = new();
    PipelineHost learner = null!;

    EventAppender Events => learner.Get<EventAppender>();

    public async ValueTask InitializeAsync()
    {
        await stack.InitializeAsync();
        learner = await PipelineHost.StartAsync(stack, builder =>
        {
            builder.AddPipelineDefaults("learner", bus => bus.AddConsumer<CollectScoresConsumer, CollectScoresConsumerDefinition>());
            builder.Services.AddSingleton<ScoreInbox>();
        }, new Dictionary<string, string?> { ["Pipeline:RetryDelays:0"] = "00:00:00" });
        await Events.AppendOnceAsync(
            [.. Captions.Select(caption => new NewEvent(Streams.Caption(caption.CaptionId), Guid.NewGuid(), caption))], new MessageMetadata(Run, null));
    }

    public async ValueTask DisposeAsync()
    {
        await learner.DisposeAsync();
        await stack.DisposeAsync();
    }

    [Fact]
    public async Task Scores_are_recorded_also_when_they_are_of_a_part_of_the_batch_only()
    {
        await PublishAsync(Answer(scores => scores.RemoveAt(1)));
        await Eventually.HoldsAsync("the first is recorded", async () => (await StoredAsync()).Count == 1);
        await PublishAsync(Answer(_ => { }));
        await Eventually.HoldsAsync("both are recorded", async () => (await StoredAsync()).Count == 2);

        (await StoredAsync()).ShouldAllBe(score => score.Score == 0.5 && score.Reward == "mine" && score.RunId == Run && score.Step == 3);
    }

    public static TheoryData<string, string> Failures => new()
    {
        { "an id that is no caption's", "Reward 'mine' scored 1 captions that run" },
        { "a score beyond all numbers", "gave a figure that is not finite for caption" },
        { "a detail beyond all numbers", "gave a figure that is not finite for caption" },
        { "two scores of one caption", "gave 2 scores for caption" },
        { "NaN", "'N' is an invalid start of a value" },
        { "no score", "score" },
    };

    // Without its guard each of these would be recorded as a score and learned from, or vanish without a word.
    [Theory, MemberData(nameof(Failures))]
    public async Task What_is_no_score_is_parked_with_the_reason_and_nothing_of_the_message_is_recorded(string failure, string reason)
    {
        await PublishAsync(Failing(failure));

        var parked = await Eventually.GetAsync(
            "the message is parked", async () => (await stack.Broker.MessagesAsync("collect-scores_error")).SingleOrDefault());
        ((string)parked.Headers["MT-Fault-Message"]!).ShouldContain(reason);
        (await StoredAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_answers_a_replay_without_saying_so_is_left_out_and_not_parked()
    {
        var replay = Guid.NewGuid();
        var started = JsonSerializer.Deserialize<ReplayStarted>(
            await File.ReadAllTextAsync(Path.Combine(Repository.Root, "contracts", "examples", "replay-started.v1.json"), TestContext.Current.CancellationToken),
            ContractJson.Options)!;
        await Events.AppendOnceAsync(
            [new NewEvent(Streams.Replay(replay), Guid.NewGuid(), started)], new MessageMetadata(replay, null), TestContext.Current.CancellationToken);

        await PublishAsync(Answer(_ => { }).Replace($"{Run}", $"{replay}", StringComparison.Ordinal));
        await PublishAsync(Answer(scores => scores.RemoveAt(1)));

        await Eventually.HoldsAsync("what came after it is recorded", async () => (await StoredAsync()).Count == 1);
        (await stack.Broker.ParkedAsync()).ShouldBe(0);
    }

    Task PublishAsync(string body) => stack.Broker.PublishAsync("captions-scored.v1", body);

    Task<IReadOnlyList<CaptionScored>> StoredAsync() =>
        Events.LoadAsync<CaptionScored>(Captions.Select(caption => Streams.Caption(caption.CaptionId)));

    static string Failing(string failure) => failure switch
    {
        "an id that is no caption's" => Answer(scores => scores[1]!["captionId"] = Guid.NewGuid()),
        "a score beyond all numbers" => Answer(_ => { }).Replace("0.5", "1e999", StringComparison.Ordinal),
        "a detail beyond all numbers" => Answer(scores => scores[0]!["details"] = new JsonObject { ["words"] = 7.25 })
            .Replace("7.25", "-1e999", StringComparison.Ordinal),
        "two scores of one caption" => Answer(scores => scores[1]!["captionId"] = scores[0]!["captionId"]!.DeepClone()),
        "NaN" => Answer(_ => { }).Replace("0.5", "NaN", StringComparison.Ordinal),
        _ => Answer(scores => scores[0]!.AsObject().Remove("score")),
    };

    static string Answer(Action<JsonArray> change)
    {
        var message = JsonSerializer.SerializeToNode(new CaptionsScored(Run, 3, Guid.NewGuid(), "mine",
            [.. Captions.Select(caption => new CaptionScored(caption.CaptionId, Run, 3, "mine", 0.5, [], new Dictionary<string, double>(), "by hand"))], 1),
            ContractJson.Options)!;
        change(message["captions"]!.AsArray());
        return message.ToJsonString();
    }

    static CaptionSampled Caption(int sample) => new(
        Guid.NewGuid(), Run, 3, CaptionPurpose.Training, new string('b', 64), sample, 0, new PolicyRef(0, new string('a', 64)),
        new Decoding(DecodingMode.Sample), "a cat", [1], [-0.5f]);
}
