using System.Text.Json;
using Npgsql;
using Pipeline.Contracts;
using Pipeline.Projections.CatchUp;

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
public sealed record CaptionTimeline(
    Guid CaptionId, Guid RunId, int Step, string Purpose, string Picture, int Sample, long Seed, PolicyRef Policy, string Text,
    DateTimeOffset Written, IReadOnlyList<TimelineDrawing> Drawings, IReadOnlyList<TimelineScore> Scores)
{
    internal static async Task<CaptionTimeline?> FindAsync(NpgsqlDataSource database, Guid captionId, CancellationToken cancellation)
    {
        var found = await Sql.QueryAsync(
            database,
            """
            select caption_id, run_id, step, purpose, picture, sample, seed, policy_version, checkpoint, says, written, drawings::text, scores::text
            from projection_captions where caption_id = $1
            """,
            row => new CaptionTimeline(
                row.GetGuid(0), row.GetGuid(1), row.GetInt32(2), row.GetString(3), row.GetString(4), row.GetInt32(5), row.GetInt64(6),
                new PolicyRef(row.GetInt32(7), row.GetString(8)), row.GetString(9), row.GetFieldValue<DateTimeOffset>(10),
                Read<TimelineDrawing>(row.GetString(11)), Read<TimelineScore>(row.GetString(12))),
            cancellation, captionId);
        return found.SingleOrDefault();
    }

    static IReadOnlyList<T> Read<T>(string json) => JsonSerializer.Deserialize<T[]>(json, ContractJson.Options)!;
}
