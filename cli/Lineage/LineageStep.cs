using Pipeline.Contracts;

namespace Pipeline.Cli.Lineage;

/// <summary>A caption that was learned from, as its events are stored.</summary>
/// <param name="Written">What was written.</param>
/// <param name="Rounds">What was drawn of it, in order.</param>
/// <param name="Judged">Its scores, by the rewards' names.</param>
sealed record LearnedCaption(StoredRow Written, IReadOnlyList<StoredRow> Rounds, IReadOnlyList<StoredRow> Judged)
{
    /// <summary>What was written.</summary>
    public CaptionSampled Sampled => Written.As<CaptionSampled>();

    /// <summary>What was drawn of it, in order.</summary>
    public IReadOnlyList<ImagesRendered> Drawings => [.. Rounds.Select(round => round.As<ImagesRendered>())];

    /// <summary>Its scores, by the rewards' names.</summary>
    public IReadOnlyList<CaptionScored> Scores => [.. Judged.Select(score => score.Score())];
}

/// <summary>A version and the captions that it learned from.</summary>
/// <param name="Made">The version.</param>
/// <param name="Captions">Those of its captions that are in the store, in its order.</param>
/// <param name="Problems">What does not fit; empty when captions, root and link prove that nothing is missing.</param>
sealed record LineageStep(PolicyUpdated Made, IReadOnlyList<LearnedCaption> Captions, IReadOnlyList<string> Problems);

/// <summary>A run's part of a lineage.</summary>
/// <param name="Started">Where it begins.</param>
/// <param name="Made">Its versions, from 1 to the one that the lineage goes through.</param>
sealed record LineagePart(RunStarted Started, IReadOnlyList<PolicyUpdated> Made)
{
    /// <summary>The version that the lineage goes through.</summary>
    public int Version => Made.Count;
}
