using System.ComponentModel.DataAnnotations;

namespace Pipeline.Learner;

/// <summary>The Learner's own options, configuration section <c>Learner</c>.</summary>
public sealed class LearnerOptions
{
    /// <summary>When no news of open work came for so long, the Learner asks the store and sends again what is missing.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ResendAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Each time in a row the wait becomes twice as long, up to this.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LongestResend { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest pause between tries while the broker or the database is away.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(15);
}
