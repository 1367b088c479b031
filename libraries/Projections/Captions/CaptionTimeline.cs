using System.Text.Json;
using Npgsql;
using Pipeline.Contracts;

namespace Pipeline.Projections.Captions;

/// <summary>Something that happened to a caption after it was written: a round of drawings.</summary>
/// <param name="At">When.</param>
/// <param name="Drawing">SHA-256 over text, seeds and recipe.</param>
/// <param name="Model">What drew.</param>
/// <param name="Images">The pictures.</param>
public sealed record TimelineDrawing(DateTimeOffset At, string Drawing, string Model, IReadOnlyList<RenderedImage> Images);

/// <summary>Something that happened to a caption after it was written: a score.</summary>
/// <param name="At">When.</param>
/// <param name="Reward">The reward's name.</param>
/// <param name="Score">The score.</param>
/// <param name="Model">What computed it.</param>
public sealed record TimelineScore(DateTimeOffset At, string Reward, double Score, string Model);

/// <summary>All that happened to a caption.</summary>
/// <param name="CaptionId">The caption.</param>
/// <param name="RunId">The run that it was written for.</param>
/// <param name="Step">Its step, or the version that it evaluates.</param>
/// <param name="Purpose">What it is for: <c>training</c>, <c>evaluation</c> or <c>probe</c>.</param>
/// <param name="Picture">SHA-256 of the picture that it describes.</param>
/// <param name="Sample">Which of the step's captions of that picture.</param>
/// <param name="Seed">Key of its random numbers.</param>
/// <param name="Policy">The policy that wrote it.</param>
/// <param name="Text">What it says.</param>
/// <param name="Written">When it was written.</param>
/// <param name="Drawings">What was drawn of it, in order.</param>
/// <param name="Scores">Its scores, in order.</param>
/// <param name="Mode">How it was decoded.</param>
/// <param name="Split">Of which pictures' evaluation it is; null when it is of none.</param>
/// <param name="Number">Its place among all events of the store: captions in this order are in the order in which they were written.</param>
public sealed record CaptionTimeline(
    Guid CaptionId, Guid RunId, int Step, string Purpose, string Picture, int Sample, long Seed, PolicyRef Policy, string Text,
    DateTimeOffset Written, IReadOnlyList<TimelineDrawing> Drawings, IReadOnlyList<TimelineScore> Scores, DecodingMode Mode, string? Split,
    long Number)
{
    /// <summary>Reads captions: <c>c</c> is the caption, <c>m</c> the evaluation that it is of.</summary>
    internal const string Select =
        """
        select
            c.caption_id, c.run_id, c.step, c.purpose, c.picture, c.sample, c.seed, c.policy_version, c.checkpoint, c.says, c.written, c.drawings::text,
            c.scores::text, c.mode, m.split, c.number
        from projection_captions c left join projection_measuring m on m.caption_id = c.caption_id
        """;

    /// <summary>What a run learns from it: its scores in the run's weights; null before every reward that is trained on has scored it.</summary>
    /// <param name="weights">The weight of each reward, see <see cref="RunSettings.Rewards"/>.</param>
    public double? Reward(IReadOnlyDictionary<string, double> weights)
    {
        var sum = 0.0;
        foreach (var (reward, weight) in weights.Where(entry => entry.Value != 0))
        {
            if (Scores.LastOrDefault(score => score.Reward == reward) is not { } scored) return null;
            sum += weight * scored.Score;
        }
        return sum;
    }

    internal static CaptionTimeline Of(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetInt32(2), row.GetString(3), row.GetString(4), row.GetInt32(5), row.GetInt64(6),
        new PolicyRef(row.GetInt32(7), row.GetString(8)), row.GetString(9), row.GetFieldValue<DateTimeOffset>(10),
        Read<TimelineDrawing>(row.GetString(11)), Read<TimelineScore>(row.GetString(12)),
        Enum.Parse<DecodingMode>(row.GetString(13), ignoreCase: true), row.IsDBNull(14) ? null : row.GetString(14), row.GetInt64(15));

    static IReadOnlyList<T> Read<T>(string json) => JsonSerializer.Deserialize<T[]>(json, ContractJson.Options)!;
}
