using Pipeline.Contracts;

namespace Pipeline.Seeding;

/// <summary>A made-up caption and its scores.</summary>
sealed record WrittenCaption(CaptionSampled Caption, IReadOnlyList<CaptionScored> Scores);

/// <summary>
/// The streams of captions. What people wrote stands for what a policy writes: of the picture itself more and more often, else of another one,
/// which scores less.
/// </summary>
/// <param name="runId">The run.</param>
/// <param name="pack">Pictures and what people wrote about them.</param>
/// <param name="numbers">Random numbers.</param>
/// <param name="rewards">The rewards that score.</param>
sealed class CaptionHistory(Guid runId, PackPictures pack, Random numbers, IEnumerable<string> rewards)
{
    // A model of its own, so that another run of the same seed does not find its drawings in the store already.
    readonly DrawingRecipe _recipe = new(SeededEvent.Hash($"drawing model of {runId}"), "ddim", 12, 3, "", 64, 64);
    readonly string[] _rewards = [.. rewards.Order(StringComparer.Ordinal)];
    readonly IReadOnlyList<string>[] _texts = [.. pack.Captions.Values.Where(texts => texts.Count > 0)];
    readonly Dictionary<string, RenderedImage[]> _drawings = [];

    /// <summary>Writes captions: their texts, drawings and scores.</summary>
    /// <param name="events">Where the events are added.</param>
    /// <param name="requests">What is asked for.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="step">The step, or the version that is measured.</param>
    /// <param name="policy">Who writes.</param>
    /// <param name="mode">How it decodes.</param>
    /// <param name="progress">How far the run is: 0 to 1.</param>
    /// <param name="seconds">When.</param>
    public IReadOnlyList<WrittenCaption> Write(
        List<SeededEvent> events, IReadOnlyList<CaptionRequest> requests, CaptionPurpose purpose, int step, PolicyRef policy, DecodingMode mode,
        double progress, double seconds)
    {
        var written = new List<WrittenCaption>(requests.Count);
        foreach (var request in requests)
        {
            var isRight = numbers.NextDouble() < 0.35 + (0.55 * progress) && pack.Captions[request.PictureSha256].Count > 0;
            var texts = isRight ? pack.Captions[request.PictureSha256] : _texts[numbers.Next(_texts.Length)];
            var text = texts[numbers.Next(texts.Count)];
            var tokens = text.Split(' ').Length + 1;
            var caption = new CaptionSampled(
                request.CaptionId, runId, step, purpose, request.PictureSha256, request.Sample, request.Seed, policy, new Decoding(mode), text,
                [.. Enumerable.Range(0, tokens).Select(place => place == tokens - 1 ? 0 : numbers.Next(1, 500))],
                [.. Enumerable.Range(0, tokens).Select(_ => -(1.2f - (float)progress) * numbers.NextSingle())]);
            written.Add(new(caption, [.. _rewards.Select(reward => Score(caption, reward, isRight))]));
        }
        foreach (var (caption, _) in written) events.Add(Of(caption.CaptionId, "caption-sampled", "", caption, "rollout", seconds + 0.1));
        if (_rewards.Contains("vgg"))
            foreach (var (caption, _) in written) Draw(events, caption, seconds + 0.3);
        foreach (var score in written.SelectMany(caption => caption.Scores))
            events.Add(Of(score.CaptionId, "caption-scored", score.Reward, score, "similarity", seconds + 0.6));
        return written;
    }

    /// <summary>Pictures of the pack stand for what was drawn, so that there is something to look at.</summary>
    void Draw(List<SeededEvent> events, CaptionSampled caption, double seconds)
    {
        long[] seeds = [Ids.DrawingSeed(caption.Seed, 0), Ids.DrawingSeed(caption.Seed, 1)];
        var drawing = DrawingHash.Of(caption.Text, _recipe, seeds);
        if (!_drawings.TryGetValue(drawing, out var images))
        {
            images = _drawings[drawing] =
                [.. seeds.Select((seed, sample) => new RenderedImage(sample, seed, pack.TrainPictures[numbers.Next(pack.TrainPictures.Count)]))];
            var stream = Streams.Drawing(drawing);
            var stored = new DrawingStored(drawing, caption.Text, _recipe, images);
            events.Add(new(stream, Ids.Event(stream, "drawing-stored"), stored, "diffusion", runId, seconds));
        }
        var rendered = new ImagesRendered(caption.CaptionId, runId, caption.Step, drawing, _recipe, images);
        events.Add(Of(caption.CaptionId, "images-rendered", 0, rendered, "diffusion", seconds));
    }

    CaptionScored Score(CaptionSampled caption, string reward, bool isRight)
    {
        var (low, high, deviation) = reward switch { "oracle" => (0.2, 0.85, 0.12), "vgg" => (0.3, 0.55, 0.05), _ => (0.48, 0.71, 0.06) };
        var score = (isRight ? high : low) + (deviation * MadeUpFigures.Normal(numbers));
        double[] samples = reward == "vgg" ? [score - 0.02, score + 0.02] : [];
        var details = new Dictionary<string, double>();
        if (reward == "oracle") (details["precision"], details["recall"]) = (Math.Min(1, score + 0.1), Math.Max(0, score - 0.1));
        return new(caption.CaptionId, runId, caption.Step, reward, score, samples, details, SeededEvent.Hash($"model of {reward}"));
    }

    SeededEvent Of(Guid captionId, string kind, object discriminator, object data, string service, double seconds)
    {
        var stream = Streams.Caption(captionId);
        return new(stream, Ids.Event(stream, kind, discriminator), data, service, runId, seconds);
    }
}
