using Pipeline.Cli.Statistics;
using Pipeline.Contracts;

namespace Pipeline.Cli.Reproduce.Variance;

/// <summary>A study's row: what so many drawings of a caption are worth and what they cost.</summary>
/// <param name="Samples">Drawings of a caption.</param>
/// <param name="StandardDeviation">See <see cref="EstimatorQuality"/>.</param>
/// <param name="Measured">See <see cref="EstimatorQuality"/>.</param>
/// <param name="Reliability">See <see cref="EstimatorQuality"/>.</param>
/// <param name="RankAgreement">See <see cref="EstimatorQuality"/>.</param>
/// <param name="TrueRankAgreement">See <see cref="EstimatorQuality"/>.</param>
/// <param name="SecondsPerCaption">What drawing them takes on this machine; null when nothing was drawn to tell.</param>
sealed record VarianceRow(
    int Samples, double StandardDeviation, double? Measured, double Reliability, double? RankAgreement, double? TrueRankAgreement,
    double? SecondsPerCaption);

/// <summary>How well a reward that looks at drawings knows a caption's score from k of them.</summary>
/// <param name="StudyId">What the captions carry in place of a run's id.</param>
/// <param name="Reward">The reward.</param>
/// <param name="Models">Fingerprints of what computed the scores: more than one when it was changed in between.</param>
/// <param name="Recipe">How the captions were drawn; null when the store does not say.</param>
/// <param name="Seed">Decided the captions, the drawings and the random orders.</param>
/// <param name="Captions">Captions that count.</param>
/// <param name="LeftOut">Captions that do not, because a drawing of theirs is no picture.</param>
/// <param name="Within">Variance of one drawing's score within a caption.</param>
/// <param name="Between">Variance of true scores between captions.</param>
/// <param name="SecondsPerPicture">The median over captions; null when nothing was drawn to tell.</param>
/// <param name="Rows">For each number of drawings.</param>
sealed record VarianceReport(
    Guid StudyId, string Reward, IReadOnlyList<string> Models, DrawingRecipe? Recipe, long Seed, int Captions, int LeftOut, double Within,
    double Between, double? SecondsPerPicture, IReadOnlyList<VarianceRow> Rows)
{
    /// <summary>The report on these scores.</summary>
    /// <param name="plan">What was asked for.</param>
    /// <param name="scores">Each caption's scores.</param>
    /// <param name="drawn">What was drawn and when, in that order.</param>
    /// <exception cref="Terminal.CliException">Too few captions have all their drawings.</exception>
    public static VarianceReport Of(
        VariancePlan plan, IReadOnlyList<CaptionScored> scores, IReadOnlyList<(ImagesRendered Rendered, DateTimeOffset At)> drawn)
    {
        var whole = scores.Where(score => score.SampleScores.Count == plan.Drawing.Samples).ToArray();
        if (whole.Length < 2)
            throw new Terminal.CliException(
                $"only {whole.Length} of {scores.Count} captions have {plan.Drawing.Samples} drawings that {plan.Reward} scored one by "
                + "one: nothing can be said of its variance");
        var study = EstimatorStudy.Of([.. whole.Select(score => score.SampleScores)], (int)(plan.Seed % int.MaxValue));
        var seconds = SecondsPerPictureOf(drawn);
        return new(
            plan.Id, plan.Reward, [.. whole.Select(score => score.Model).Distinct()], drawn.Count == 0 ? null : drawn[0].Rendered.Recipe,
            plan.Seed, whole.Length, scores.Count - whole.Length, study.Within, study.Between, seconds,
            [.. study.Qualities.Select(quality => new VarianceRow(
                quality.Samples, quality.StandardDeviation, quality.Measured, quality.Reliability, quality.RankAgreement,
                quality.TrueRankAgreement, seconds * quality.Samples))]);
    }

    /// <summary>The median of the times between two captions, per picture: a pause or a resumed study does not move it.</summary>
    public static double? SecondsPerPictureOf(IReadOnlyList<(ImagesRendered Rendered, DateTimeOffset At)> drawn)
    {
        var times = drawn.Zip(drawn.Skip(1), (earlier, later) => (later.At - earlier.At).TotalSeconds / later.Rendered.Images.Count)
            .Order().ToArray();
        return times.Length == 0 ? null : (times[(times.Length - 1) / 2] + times[times.Length / 2]) / 2;
    }
}
