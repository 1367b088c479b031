using System.Text;
using Pipeline.Contracts;

namespace Pipeline.Cli.Reproduce.Variance;

/// <summary>
/// Which captions a study of the reward's variance is about. Pure: asked for again, also for more captions, it names the same captions, so
/// that what is scored already is not scored again.
/// </summary>
/// <param name="Captioner">SHA-256 of the manifest of the captioner that writes them.</param>
/// <param name="Pictures">SHA-256 of the picture set that they describe.</param>
/// <param name="Reward">The reward that is studied.</param>
/// <param name="Seed">Decides every random number.</param>
/// <param name="Drawing">How the captions are drawn.</param>
sealed record VariancePlan(string Captioner, string Pictures, string Reward, long Seed, DrawingSettings Drawing)
{
    /// <summary>What the captions carry in place of a run's id.</summary>
    public Guid Id => Ids.Run(
        Encoding.UTF8.GetString(CanonicalJson.Serialize(new { McVariance = new { Captioner, Pictures, Reward, Seed, Drawing } })), 0);

    /// <summary>The first captions: one of each picture in the set's order, then a second one of each, and so on.</summary>
    public IReadOnlyList<CaptionRequest> Captions(IReadOnlyList<string> pictures, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (Picture: pictures[i % pictures.Count], Sample: i / pictures.Count))
            .Select(caption => new CaptionRequest(
                Ids.Caption(Id, 0, caption.Picture, caption.Sample), caption.Picture, caption.Sample,
                Ids.Seed(Seed, 0, caption.Picture, caption.Sample)))];

    /// <summary>The commands that have captions sampled, drawn and scored as in a run; what is scored already is left out.</summary>
    public IEnumerable<SampleCaptions> Commands(IReadOnlyList<CaptionRequest> captions, IReadOnlySet<Guid> scored) => ProbeCommands.Of(
        Id, new PolicyRef(0, Captioner), new Decoding(DecodingMode.Sample), [Reward], Drawing, captions, scored);
}
