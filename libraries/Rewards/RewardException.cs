namespace Pipeline.Rewards;

/// <summary>A reward gave something that is no score. The message names the reward and, where there is one, the caption.</summary>
/// <param name="reward">The reward's name.</param>
/// <param name="problem">What it did, as the rest of a sentence that begins with its name.</param>
public sealed class RewardException(string reward, string problem) : Exception($"Reward '{reward}' {problem}.")
{
    /// <summary>The reward's name.</summary>
    public string Reward { get; } = reward;
}
