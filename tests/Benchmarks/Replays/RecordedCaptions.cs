using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Replays;
using Pipeline.Testing;

namespace Pipeline.Benchmarks.Replays;

/// <summary>A run in the store whose captions say what the tiny world's pictures may show.</summary>
static class RecordedCaptions
{
    const int StepSize = 40;
    static readonly string[] Colours = ["red", "green", "blue", "yellow", "purple", "orange", "pink", "brown"];
    static readonly string[] Shapes = ["circle", "square", "triangle", "star", "heart", "cross"];

    /// <summary>Appends a run of so many captions of so many pictures, which are among the blobs.</summary>
    public static async Task<RecordedRun> AppendAsync(EventAppender events, IBlobStore blobs, int captions, int count)
    {
        var pictures = new List<string>();
        var folder = Path.Combine(Repository.Root, "models", "tiny", "pictures", "train");
        foreach (var file in Directory.EnumerateFiles(folder, "*.png").Order(StringComparer.Ordinal).Take(count))
            pictures.Add(await blobs.PutAsync(await File.ReadAllBytesAsync(file)));

        var (runId, any, random) = (Guid.NewGuid(), new string('a', 64), new Random(1));
        var settings = new RunSettings
        {
            Captioner = any, TrainPictures = any, Rewards = new Dictionary<string, double> { ["blip"] = 1 }, Steps = captions / StepSize,
            BatchSize = StepSize, MicroBatch = 20,
        };
        var steps = Enumerable.Range(0, settings.Steps).Select(step => new StepOpened(runId, step, new PolicyRef(step, any),
            [.. Enumerable.Range(0, StepSize).Select(i => pictures[(step * StepSize + i) % pictures.Count])
                .Select((picture, i) => new CaptionRequest(Ids.Caption(runId, step, picture, i), picture, i, i))])).ToArray();
        foreach (var step in steps)
            await events.AppendOnceAsync(
                [
                    .. step.Captions.Select(request => new NewEvent(
                        Streams.Caption(request.CaptionId), Ids.Event(Streams.Caption(request.CaptionId), "caption-sampled"), new CaptionSampled(
                            request.CaptionId, runId, step.Step, CaptionPurpose.Training, request.PictureSha256, request.Sample, request.Seed,
                            step.Policy, new Decoding(DecodingMode.Sample), Text(random), [1], [-0.5f]))),
                ],
                new MessageMetadata(runId, null));
        return new(runId, settings, steps);
    }

    static string Text(Random random)
    {
        string Thing() => $"a {Colours[random.Next(Colours.Length)]} {Shapes[random.Next(Shapes.Length)]}";
        return $"{Thing()} and {Thing()} on a {Colours[random.Next(Colours.Length)]} background";
    }
}
