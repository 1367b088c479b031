using Pipeline.Contracts;

namespace Pipeline.Cli.Reproduce;

/// <summary>Captions that are written, drawn and scored as in a run, and belong to none.</summary>
static class ProbeCommands
{
    const int MicroBatch = 10;

    /// <summary>The commands for those captions; a micro-batch in which nothing is missing is left out.</summary>
    /// <param name="id">What the captions carry in place of a run's id.</param>
    /// <param name="policy">Who writes them.</param>
    /// <param name="decoding">How.</param>
    /// <param name="rewards">Who scores them.</param>
    /// <param name="drawing">How they are drawn.</param>
    /// <param name="captions">The captions; their order decides what is computed together, whatever is missing.</param>
    /// <param name="done">The captions that have all their scores.</param>
    public static IEnumerable<SampleCaptions> Of(
        Guid id, PolicyRef policy, Decoding decoding, IReadOnlyList<string> rewards, DrawingSettings drawing,
        IReadOnlyList<CaptionRequest> captions, IReadOnlySet<Guid> done) =>
        from chunk in captions.Chunk(MicroBatch)
        where chunk.Any(caption => !done.Contains(caption.CaptionId))
        select new SampleCaptions(
            id, policy.Version, Ids.Batch(chunk.Select(caption => caption.CaptionId)), CaptionPurpose.Probe, policy, decoding, rewards,
            chunk, drawing);
}
