namespace Pipeline.Replays;

/// <summary>A caption with its old and its new score, before it is ranked.</summary>
/// <param name="CaptionId">The caption.</param>
/// <param name="Step">Its step.</param>
/// <param name="PolicyVersion">The version that wrote it.</param>
/// <param name="PictureSha256">The picture that it describes.</param>
/// <param name="Text">What it says.</param>
/// <param name="Old">The recorded score; null when there is none.</param>
/// <param name="New">The new score.</param>
public sealed record ScoredTwice(Guid CaptionId, int Step, int PolicyVersion, string PictureSha256, string Text, double? Old, double New);

/// <summary>A caption with its old and its new score.</summary>
/// <param name="CaptionId">The caption.</param>
/// <param name="Step">Its step.</param>
/// <param name="PolicyVersion">The version that wrote it.</param>
/// <param name="PictureSha256">The picture that it describes.</param>
/// <param name="Text">What it says.</param>
/// <param name="Old">The recorded score; null when there is none.</param>
/// <param name="New">The new score.</param>
/// <param name="OldRank">Its rank by the old score, 1 for the best; equal scores share the mean of their ranks.</param>
/// <param name="NewRank">Its rank by the new score.</param>
public sealed record ReplayedCaption(
    Guid CaptionId, int Step, int PolicyVersion, string PictureSha256, string Text, double? Old, double New, double? OldRank, double NewRank)
{
    /// <summary>How many ranks it rose; below 0: fell.</summary>
    public double Rise => (OldRank ?? NewRank) - NewRank;
}
