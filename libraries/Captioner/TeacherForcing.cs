using Pipeline.Captioner.Configuration;
using static Pipeline.Captioner.KeptScalar;
using static TorchSharp.torch;

namespace Pipeline.Captioner;

/// <summary>
/// Captions of different lengths as what a decoder is trained on: inputs [start, a, b, …] and targets [a, b, …, end], filled up on the
/// right. Causal attention keeps real positions from seeing the filling, so no attention mask is needed.
/// </summary>
/// <param name="Inputs">Decoder inputs, [B, T] of Int64.</param>
/// <param name="Targets">The captions' tokens, [B, T] of Int64.</param>
/// <param name="Mask">[B, T] of Bool: true for every token of a caption, its end token included. It comes from the lengths, so it holds
/// when the filling is the end token.</param>
public sealed record TeacherForcing(Tensor Inputs, Tensor Targets, Tensor Mask) : IDisposable
{
    /// <summary>Lays captions out.</summary>
    /// <param name="captions">The token ids of each caption without the start token; none is empty.</param>
    /// <param name="tokens">The special tokens.</param>
    /// <param name="device">Where the tensors go; the CPU by default.</param>
    /// <param name="length">T, at least the longest caption; by default the longest caption.</param>
    /// <exception cref="ArgumentException">A caption is empty or longer than <paramref name="length"/>, or there is none.</exception>
    public static TeacherForcing Create(
        IReadOnlyList<IReadOnlyList<int>> captions, SpecialTokens tokens, Device? device = null, int? length = null)
    {
        if (captions.Count == 0 || captions.Any(caption => caption.Count == 0))
            throw new ArgumentException("There is no caption, or one is empty.", nameof(captions));
        var width = length ?? captions.Max(caption => caption.Count);
        if (captions.Any(caption => caption.Count > width))
            throw new ArgumentException($"A caption is longer than {width} tokens.", nameof(captions));

        var inputs = new long[captions.Count, width];
        var targets = new long[captions.Count, width];
        var mask = new bool[captions.Count, width];
        for (var row = 0; row < captions.Count; row++)
        {
            for (var t = 0; t < width; t++)
            {
                mask[row, t] = t < captions[row].Count;
                targets[row, t] = mask[row, t] ? captions[row][t] : tokens.Pad;
                inputs[row, t] = t == 0 ? tokens.Start : targets[row, t - 1];
            }
        }
        return new TeacherForcing(tensor(inputs, device: device), tensor(targets, device: device), tensor(mask, device: device));
    }

    /// <summary>ln p of each target under softmax(logits / temperature), [B, T]; 0 outside the mask.</summary>
    /// <param name="logits">What the decoder said to <see cref="Inputs"/>, [B, T, vocabulary].</param>
    /// <param name="temperature">As in sampling; above 0.</param>
    public Tensor LogProbs(Tensor logits, double temperature = 1)
    {
        using var scope = NewDisposeScope();
        var logProbs = Scale(logits, temperature).log_softmax(-1).gather(-1, Targets.unsqueeze(-1)).squeeze(-1);
        return logProbs.masked_fill(Mask.logical_not(), Kept(0)).MoveToOuterDisposeScope();
    }

    /// <summary>Entropy of softmax(logits / temperature) in nats, [B, T]; 0 outside the mask.</summary>
    /// <param name="logits">[B, T, vocabulary].</param>
    /// <param name="temperature">Above 0.</param>
    public Tensor Entropy(Tensor logits, double temperature = 1)
    {
        using var scope = NewDisposeScope();
        var logProbs = Scale(logits, temperature).log_softmax(-1);
        return (-(logProbs.exp() * logProbs).sum(-1)).masked_fill(Mask.logical_not(), Kept(0)).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Inputs.Dispose();
        Targets.Dispose();
        Mask.Dispose();
    }

    static Tensor Scale(Tensor logits, double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        return temperature == 1 ? logits : logits / Kept(temperature);
    }
}
