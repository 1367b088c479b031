using Pipeline.Contracts;

namespace Pipeline.Learning.Steps;

/// <summary>Captions' events as leaves of a Merkle tree.</summary>
public static class CaptionLeaves
{
    /// <summary>
    /// The events' canonical JSON: for each caption in order its <see cref="CaptionSampled"/>, then its <see cref="ImagesRendered"/> in the
    /// order they were drawn, then its <see cref="CaptionScored"/> by reward name. A caption or a score that is not there has no leaf.
    /// </summary>
    public static IEnumerable<byte[]> Of(
        IEnumerable<CaptionRequest> captions, IEnumerable<CaptionSampled> sampled, IEnumerable<ImagesRendered> rendered,
        IEnumerable<CaptionScored> scored, IEnumerable<string> rewards)
    {
        var texts = sampled.ToDictionary(caption => caption.CaptionId);
        var drawings = rendered.ToLookup(images => images.CaptionId);
        var scores = scored.ToLookup(score => score.CaptionId);
        string[] names = [.. rewards.Order(StringComparer.Ordinal)];
        foreach (var id in captions.Select(request => request.CaptionId))
        {
            if (texts.TryGetValue(id, out var caption)) yield return CanonicalJson.Serialize(caption);
            foreach (var drawing in drawings[id]) yield return CanonicalJson.Serialize(drawing);
            foreach (var reward in names)
                if (scores[id].FirstOrDefault(score => score.Reward == reward) is { } score)
                    yield return CanonicalJson.Serialize(score);
        }
    }
}
