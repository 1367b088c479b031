using System.Text;
using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Cli.ScoreCaption;

/// <summary>A caption that somebody asks about. It belongs to no run, and travels the pipeline like one that a policy wrote.</summary>
/// <param name="Text">What it says.</param>
/// <param name="PictureSha256">The picture that it may describe.</param>
/// <param name="Rewards">Who shall score it.</param>
/// <param name="Drawing">How it is drawn; null when no reward looks at pictures.</param>
/// <param name="Seed">Decides the noise of its drawings.</param>
sealed record Probe(string Text, string PictureSha256, IReadOnlyList<string> Rewards, DrawingSettings? Drawing, long Seed)
{
    /// <summary>Who wrote it: no checkpoint has this SHA-256.</summary>
    static readonly PolicyRef Nobody = new(0, new string('0', 64));

    /// <summary>
    /// The caption as the pipeline knows it. What an id was given once counts for ever; so each time that somebody asks the same again,
    /// perhaps of another model, is an attempt with an id of its own. The seed is that of every attempt: an equal drawing is found drawn
    /// already.
    /// </summary>
    public CaptionSampled Caption(int attempt)
    {
        var id = Ids.Run(Encoding.UTF8.GetString(CanonicalJson.Serialize(new { Probe = this })), attempt);
        return new(
            Ids.Caption(id, 0, PictureSha256, 0), id, 0, CaptionPurpose.Probe, PictureSha256, 0, Ids.Seed(Seed, 0, PictureSha256, 0),
            Nobody, new Decoding(DecodingMode.Greedy), Text, [], []);
    }

    /// <summary>The first attempt that nobody made yet.</summary>
    public async Task<CaptionSampled> NextAsync(EventAppender events, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            var caption = Caption(attempt);
            if ((await events.LoadAsync<CaptionSampled>([Streams.Caption(caption.CaptionId)], cancellation)).Count == 0) return caption;
        }
    }

    /// <summary>The event that makes it part of history.</summary>
    public static NewEvent Event(CaptionSampled caption)
    {
        var stream = Streams.Caption(caption.CaptionId);
        return new(stream, Ids.Event(stream, "caption-sampled"), caption);
    }

    /// <summary>The message that rewards and Diffusion take up.</summary>
    public CaptionsSampled Message(CaptionSampled caption) =>
        new(caption.RunId, caption.Step, Ids.Batch([caption.CaptionId]), Rewards, [caption], 0, Drawing);
}
