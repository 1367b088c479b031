using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Replays.Tests;

/// <summary>A run of three steps of six captions, written in commands of four, as its events tell.</summary>
static class SmallRun
{
    public const int Steps = 3;
    public static readonly Guid Id = Guid.Parse("6d96196d-2ef4-59eb-9bf3-4948323ac5c0");
    static readonly string Hash = new('a', 64);

    public static readonly RunSettings Settings = new()
    {
        Captioner = Hash, TrainPictures = Hash, Rewards = new Dictionary<string, double> { ["blip"] = 1, ["oracle"] = 0 },
        Steps = Steps, BatchSize = 6, MicroBatch = 4,
    };

    public static RecordedRun Recorded => new(Id, Settings, [.. Enumerable.Range(0, Steps).Select(Opened)]);

    public static IEnumerable<Guid> CaptionIds => Recorded.Steps.SelectMany(step => step.Captions).Select(caption => caption.CaptionId);

    public static StepOpened Opened(int step) => new(Id, step, new PolicyRef(step, Hash),
        [.. Enumerable.Range(0, Settings.BatchSize).Select(i => new CaptionRequest(Ids.Caption(Id, step, Hash, i), Hash, i, i))]);

    /// <summary>A longer text with each caption of a step.</summary>
    public static CaptionSampled Sampled(StepOpened step, CaptionRequest request) => new(
        request.CaptionId, Id, step.Step, CaptionPurpose.Training, Hash, request.Sample, request.Seed, step.Policy,
        new Decoding(DecodingMode.Sample), $"a circle{new string('!', request.Sample)}", [1], [-0.5f]);

    /// <summary>Appends all of it, the last step's version only on request.</summary>
    public static async Task AppendAsync(EventAppender events, bool isLastLearned = true)
    {
        var run = new List<(string Kind, object Discriminator, object Data)> { ("run-started", "", new RunStarted(Id, Settings)) };
        foreach (var step in Recorded.Steps)
        {
            run.Add(("step-opened", step.Step, step));
            if (step.Step < Steps - 1 || isLastLearned) run.Add(("policy-updated", step.Step + 1, Updated(step)));
        }
        var stream = Streams.Run(Id);
        foreach (var (kind, discriminator, data) in run)
            await AppendAsync(events, new NewEvent(stream, Ids.Event(stream, kind, discriminator), data));
        foreach (var step in Recorded.Steps)
            foreach (var request in step.Captions)
            {
                var caption = Streams.Caption(request.CaptionId);
                await AppendAsync(events,
                    new NewEvent(caption, Ids.Event(caption, "caption-sampled"), Sampled(step, request)),
                    new NewEvent(caption, Ids.Event(caption, "caption-scored", "blip"), new CaptionScored(
                        request.CaptionId, Id, step.Step, "blip", request.Sample / 10.0, [], new Dictionary<string, double>(), "old")));
            }
    }

    static PolicyUpdated Updated(StepOpened step) => new(
        Id, step.Step + 1, step.Policy, Hash, Hash, Hash, Hash, Hash, [.. step.Captions.Select(caption => caption.CaptionId)],
        new Dictionary<string, RewardNormalisation>(), new Dictionary<string, double>(), new Dictionary<string, double>());

    static Task AppendAsync(EventAppender events, params NewEvent[] news) => events.AppendOnceAsync(news, new MessageMetadata(Id, null));
}
