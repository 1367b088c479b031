using Pipeline.Contracts;

namespace Pipeline.Cli.Reports;

/// <summary>A held-out picture's greedy captions.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Before">By version 0.</param>
/// <param name="After">By the last version.</param>
sealed record HeldOutCaption(Picture Picture, ScoredCaption Before, ScoredCaption After);

/// <summary>A caption and its scores by reward.</summary>
sealed record ScoredCaption(string Text, IReadOnlyDictionary<string, double> Scores);

/// <summary>Reads held-out captions back from the store.</summary>
static class HeldOutCaptions
{
    /// <summary>
    /// The first <paramref name="count"/> held-out pictures in the set's order, so that nobody chose the flattering ones.
    /// </summary>
    public static async Task<IReadOnlyList<HeldOutCaption>> LoadAsync(
        Connection connection, RunHistory run, int count, CancellationToken cancellation)
    {
        if (run.EvaluatedCaptions(0, BeforeAndAfter.Split, DecodingMode.Greedy) is not { } before) return [];
        if (run.EvaluatedCaptions(run.Steps.Count, BeforeAndAfter.Split, DecodingMode.Greedy) is not { } after) return [];

        var set = await connection.PictureSets.LoadAsync(run.Settings!.HeldOutPictures!, cancellation);
        var pictures = set.Pictures.Take(count).ToArray();
        var earlier = await CaptionsAsync(connection, before, pictures, cancellation);
        var later = await CaptionsAsync(connection, after, pictures, cancellation);
        return [.. pictures.Where(picture => earlier.ContainsKey(picture.Sha256) && later.ContainsKey(picture.Sha256))
            .Select(picture => new HeldOutCaption(picture, earlier[picture.Sha256], later[picture.Sha256]))];
    }

    static async Task<IReadOnlyDictionary<string, ScoredCaption>> CaptionsAsync(
        Connection connection, EvaluationOpened evaluation, Picture[] pictures, CancellationToken cancellation)
    {
        var wanted = pictures.Select(picture => picture.Sha256).ToHashSet();
        var streams = evaluation.Captions.Where(caption => wanted.Contains(caption.PictureSha256))
            .Select(caption => Streams.Caption(caption.CaptionId)).ToArray();
        var scores = (await connection.Events.LoadAsync<CaptionScored>(streams, cancellation)).ToLookup(score => score.CaptionId);
        return (await connection.Events.LoadAsync<CaptionSampled>(streams, cancellation)).ToDictionary(
            caption => caption.PictureSha256,
            caption => new ScoredCaption(
                caption.Text, scores[caption.CaptionId].ToDictionary(score => score.Reward, score => score.Score)));
    }
}
