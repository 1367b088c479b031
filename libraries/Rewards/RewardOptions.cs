namespace Pipeline.Rewards;

/// <summary>How a reward is asked.</summary>
public sealed record RewardOptions
{
    /// <summary>How long it may take over one micro-batch before that counts as a failure.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many micro-batches it is asked about at the same time; at least 1.</summary>
    public int Concurrency { get; init; } = 1;
}
