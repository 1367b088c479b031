namespace Pipeline.Replays;

/// <summary>How a replay goes about it.</summary>
public sealed record ReplayOptions
{
    /// <summary>
    /// Batches that may be under way at once: enough that the service never waits for the next one, and few enough that a run's own captions
    /// do not queue up behind a replay.
    /// </summary>
    public int Window { get; init; } = 8;

    /// <summary>A batch that was not answered for so long is sent again, the next time after twice as long.</summary>
    public TimeSpan ResendAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>When no batch was answered for so long, the replay gives up; what is scored stays, and the same replay goes on from there.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>How far a replay is.</summary>
/// <param name="Scored">Captions with a score, those of an earlier beginning included.</param>
/// <param name="Captions">All captions.</param>
public sealed record ReplayProgress(int Scored, int Captions);
