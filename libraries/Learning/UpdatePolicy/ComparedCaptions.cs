using Pipeline.Contracts;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>Which captions of a step are learned from, and which they are compared with when there is no value head.</summary>
static class ComparedCaptions
{
    /// <summary>The captions that a gradient is made of, in their order: all but the baselines.</summary>
    /// <exception cref="InvalidOperationException">One of them has nothing to be compared with.</exception>
    public static IReadOnlyList<LearningCaption> Learned(AdvantageEstimator estimator, IReadOnlyList<LearningCaption> captions)
    {
        List<LearningCaption> learned = [.. captions.Where(caption => !caption.IsBaseline)];
        if (estimator is AdvantageEstimator.Rloo or AdvantageEstimator.Grpo
            && learned.GroupBy(caption => caption.PictureSha256).FirstOrDefault(group => group.Count() == 1) is { } alone)
            throw new InvalidOperationException($"Picture {alone.Key} has one caption: {estimator} compares captions of one picture.");
        if (estimator == AdvantageEstimator.Scst
            && learned.Select(caption => caption.PictureSha256).Except(Baselines(captions).Select(caption => caption.PictureSha256))
                .FirstOrDefault() is { } picture)
            throw new InvalidOperationException($"Picture {picture} has no greedy caption: {estimator} compares with it.");
        return learned;
    }

    /// <summary>The greedy captions, one of each picture.</summary>
    public static IReadOnlyList<LearningCaption> Baselines(IEnumerable<LearningCaption> captions) =>
        [.. captions.Where(caption => caption.IsBaseline).DistinctBy(caption => caption.PictureSha256)];

    /// <summary>For each learned caption, which of the baselines describes its picture.</summary>
    public static long[] Rows(IEnumerable<LearningCaption> learned, IReadOnlyList<LearningCaption> baselines)
    {
        var rows = baselines.Index().ToDictionary(baseline => baseline.Item.PictureSha256, baseline => (long)baseline.Index);
        return [.. learned.Select(caption => rows[caption.PictureSha256])];
    }
}
