using System.Buffers.Binary;
using System.Globalization;

namespace Pipeline.Contracts;

/// <summary>
/// Every id of the pipeline, derived and never drawn: a message that is delivered twice, or work that is done again after a crash, arrives
/// at the same ids and so changes nothing.
/// </summary>
public static class Ids
{
    static readonly Guid Space = Uuid5.Create(Uuid5.Url, "urn:captioner-pipeline");

    /// <summary>A run's id: what was asked for, and how often the same was asked of this store before.</summary>
    /// <param name="settings">The canonical JSON of the run's settings.</param>
    /// <param name="attempt">0 for the first run with these settings in a store.</param>
    public static Guid Run(string settings, int attempt) => Of("run", settings, attempt);

    /// <summary>A replay's id: what was asked for, and how often the same was asked of this store before.</summary>
    /// <param name="request">The canonical JSON of run, reward, selection and drawing.</param>
    /// <param name="attempt">0 for the first such replay in a store.</param>
    public static Guid Replay(string request, int attempt) => Of("replay", request, attempt);

    /// <summary>A training caption's id.</summary>
    public static Guid Caption(Guid runId, int step, string pictureSha256, int sample) => Of("caption", runId, step, pictureSha256, sample);

    /// <summary>An evaluation caption's id.</summary>
    public static Guid EvaluationCaption(Guid runId, int version, string split, string mode, string pictureSha256) =>
        Of("evaluation", runId, version, split, mode, pictureSha256);

    /// <summary>The id of a micro-batch: the captions of one command, in their order.</summary>
    public static Guid Batch(IEnumerable<Guid> captionIds) => Of("batch", string.Join(',', captionIds));

    /// <summary>An event's id: its stream, its kind and what tells it from its siblings there.</summary>
    public static Guid Event(string stream, string kind, object? discriminator = null) => Of("event", stream, kind, discriminator ?? "");

    /// <summary>
    /// The key of the random numbers that sample one caption: it depends on the run's seed and not on its id, so that two runs with one
    /// seed draw the same numbers. 53 bits, so that JSON carries it exactly in every language.
    /// </summary>
    public static long Seed(long runSeed, int step, string pictureSha256, int sample) =>
        FiftyThreeBits(Of("seed", runSeed, step, pictureSha256, sample));

    /// <summary>
    /// The key of the noise of one picture of a caption: the caption's own seed and which of its pictures it is, so that the picture is
    /// the same in any order and on any worker.
    /// </summary>
    public static long DrawingSeed(long captionSeed, int sample) => FiftyThreeBits(Of("drawing", captionSeed, sample));

    static long FiftyThreeBits(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) & 0xfff) << 41
            | (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) & 0x1ff_ffff_ffff);
    }

    static Guid Of(params object[] parts) =>
        Uuid5.Create(Space, string.Join('\n', parts.Select(part => Convert.ToString(part, CultureInfo.InvariantCulture))));
}

/// <summary>The names of event streams.</summary>
public static class Streams
{
    /// <summary>The stream of one run.</summary>
    public static string Run(Guid runId) => $"run-{runId:D}";

    /// <summary>The stream of one caption.</summary>
    public static string Caption(Guid captionId) => $"caption-{captionId:D}";

    /// <summary>The stream of one drawing, by the SHA-256 over text, seeds and recipe.</summary>
    public static string Drawing(string sha256) => $"drawing-{sha256}";

    /// <summary>The stream of one replay.</summary>
    public static string Replay(Guid replayId) => $"replay-{replayId:D}";

    /// <summary>The stream of the names of picture sets.</summary>
    public const string PictureSets = "picture-sets";
}
