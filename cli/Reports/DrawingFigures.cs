using Pipeline.Contracts;

namespace Pipeline.Cli.Reports;

/// <summary>A run's drawings in figures. A caption that is drawn in several rounds counts in each.</summary>
/// <param name="Captions">Captions that pictures were asked of.</param>
/// <param name="Distinct">Different drawings (of text, seeds and recipe) among them: what there was to draw.</param>
/// <param name="HitRate">The share that was found drawn already: 1 - distinct / captions; 0 without captions.</param>
/// <param name="Pictures">Pictures that the captions got.</param>
/// <param name="Invalid">How many of them are no picture, and were not scored.</param>
sealed record DrawingFigures(int Captions, int Distinct, double HitRate, int Pictures, int Invalid)
{
    /// <summary>The figures of these drawings.</summary>
    public static DrawingFigures Of(IReadOnlyCollection<ImagesRendered> rendered)
    {
        var distinct = rendered.DistinctBy(drawing => drawing.Drawing).Count();
        var images = rendered.SelectMany(drawing => drawing.Images).ToArray();
        return new(
            rendered.Count, distinct, rendered.Count == 0 ? 0 : Math.Round(1 - (double)distinct / rendered.Count, 4), images.Length,
            images.Count(image => image.Invalid is not null));
    }

    /// <summary>The figures in a sentence.</summary>
    public string Sentence() =>
        $"{Captions} captions drawn, {Distinct} of them different: {HitRate:0.0%} were found drawn already. {Pictures} pictures, "
        + $"{Invalid} invalid.";
}
