using static TorchSharp.torch;

namespace Pipeline.Captioner;

/// <summary>How likely a captioner finds captions that anybody wrote, given their pictures: each token after those before it.</summary>
public static class CaptionLikelihood
{
    /// <summary>Captions at a time: 65 MB of logits for GPT-2's vocabulary and 20 tokens.</summary>
    const int Rows = 16;

    /// <summary>Sum of ln p of each caption's tokens at temperature 1, in nats; the end token counts when the caption has it.</summary>
    /// <param name="model">The captioner.</param>
    /// <param name="memories">Keeps what its encoder makes of pictures.</param>
    /// <param name="encoder">The encoder's name there.</param>
    /// <param name="captions">Each caption's picture and tokens, at least one; the order decides nothing but rounding.</param>
    /// <param name="pixelsOfPicture">A picture's normalised pixels, [channels * height * width].</param>
    public static IReadOnlyList<double> LogProbs(
        CaptionModel model, EncodedPictures memories, string encoder, IReadOnlyList<(string Picture, IReadOnlyList<int> TokenIds)> captions,
        Func<string, float[]> pixelsOfPicture)
    {
        using var withoutGradient = no_grad();
        var sums = new List<double>(captions.Count);
        foreach (var part in captions.Chunk(Rows))
        {
            using var scope = NewDisposeScope();
            var memory = memories.Of(model, encoder, [.. part.Select(caption => caption.Picture)], pixelsOfPicture);
            using var layout = TeacherForcing.Create([.. part.Select(caption => caption.TokenIds)], model.Config.Tokens, model.Device);
            var logProbs = layout.LogProbs(model.Decoder.Forward(layout.Inputs, memory).Logits);
            sums.AddRange(logProbs.to_type(ScalarType.Float64).sum(1).cpu().data<double>());
        }
        return sums;
    }
}
