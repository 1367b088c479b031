using Pipeline.Captioner;
using Pipeline.Contracts;

namespace Pipeline.Cli.Reproduce.Paper.Measure;

/// <summary>The captioner that everything began with: how surprised it is by what others say now.</summary>
sealed class Reference : IDisposable
{
    /// <summary>Enough for the largest training set and the held-out pictures.</summary>
    const int PicturesKept = 512;

    readonly CaptionModel _model;
    readonly Func<string, float[]> _pixels;
    readonly EncodedPictures _memories = new(PicturesKept);
    readonly Lock _oneAtATime = new();

    Reference(CaptionModel model, Func<string, float[]> pixels) => (_model, _pixels) = (model, pixels);

    /// <summary>Loads it.</summary>
    /// <param name="connection">Where checkpoints and pictures are.</param>
    /// <param name="checkpoint">SHA-256 of its manifest.</param>
    /// <param name="cancellation">Cancels the reading.</param>
    public static async Task<Reference> LoadAsync(Connection connection, string checkpoint, CancellationToken cancellation)
    {
        var model = CaptionModel.Load(await connection.Checkpoints.OpenAsync(checkpoint, cancellation));
        return new(model, picture => connection.Pictures.PixelsAsync(picture, model.Preprocessor).GetAwaiter().GetResult());
    }

    /// <summary>The perplexity of captions together.</summary>
    public double Perplexity(IReadOnlyList<CaptionSampled> captions)
    {
        lock (_oneAtATime)
        {
            var logProbs = CaptionLikelihood.LogProbs(
                _model, _memories, "reference", [.. captions.Select(caption => (caption.PictureSha256, caption.TokenIds))], _pixels);
            return CaptionMetrics.Perplexity.Of(logProbs, captions.Select(caption => caption.TokenIds.Count));
        }
    }

    /// <summary>Frees it.</summary>
    public void Dispose()
    {
        _memories.Dispose();
        _model.Dispose();
    }
}
