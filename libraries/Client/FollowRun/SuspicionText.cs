using Pipeline.Contracts;

namespace Pipeline.Client;

/// <summary>A suspicion of reward hacking in plain words.</summary>
public static class SuspicionText
{
    /// <summary>One sentence: which version, what rose, and everything that fell.</summary>
    public static string Sentence(RewardHackingSuspected suspected) =>
        $"version {suspected.Version} may have hacked its reward: {suspected.Reward.Name} rose {Figures(suspected.Reward)}, but "
        + string.Join("; ", suspected.Fallen.Select(fallen => $"{fallen.Name} fell {Figures(fallen)}"));

    /// <summary>The same in a few words, for a line of a screen.</summary>
    public static string Short(RewardHackingSuspected suspected) =>
        $"reward hacking suspected, version {suspected.Version}: {suspected.Reward.Name} rose, "
        + $"{string.Join(", ", suspected.Fallen.Select(fallen => fallen.Name).Distinct())} fell";

    static string Figures(MeasuredChange change) =>
        $"from {Format.Score(change.Before)} to {Format.Score(change.After)} ({Captions(change.Mode)})";

    static string Captions(DecodingMode? mode) => mode is { } decoding ? $"held-out, {Format.Mode(decoding)}" : "training";
}
