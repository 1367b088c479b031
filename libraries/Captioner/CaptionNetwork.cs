using System.Text.RegularExpressions;
using Pipeline.Captioner.Configuration;
using Pipeline.Captioner.Networks;
using Pipeline.Captioner.Weights;
using Pipeline.Models.Safetensors;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Pipeline.Captioner;

/// <summary>
/// The networks of a captioner (transformers' <c>VisionEncoderDecoderModel</c> of ViT and GPT-2): vision encoder, <c>enc_to_dec_proj</c>
/// where widths differ, caption decoder. Loaded parameters are frozen; training takes a <see cref="CaptionDecoder.CloneTrainable"/> of the
/// decoder.
/// </summary>
public sealed partial class CaptionNetwork : IDisposable
{
    const string TiedHead = "decoder.lm_head.weight", TokenEmbedding = "decoder.transformer.wte.weight";

    readonly Linear? projection;

    /// <summary>Builds the networks with parameters from <paramref name="source"/>.</summary>
    public CaptionNetwork(CaptionerConfig config, IParameterSource source)
    {
        Config = config;
        Encoder = new VisionEncoder(config.Encoder, source);
        projection = config.HasProjection ? new Linear(source, "enc_to_dec_proj", config.Encoder.HiddenSize, config.Decoder.Width) : null;
        Decoder = new CaptionDecoder(config.Decoder, source);
    }

    /// <summary>The captioner's shape and special tokens.</summary>
    public CaptionerConfig Config { get; }

    /// <summary>The vision encoder.</summary>
    public VisionEncoder Encoder { get; }

    /// <summary>The caption decoder.</summary>
    public CaptionDecoder Decoder { get; }

    /// <summary>Loads the parameters of a Hugging Face checkpoint; half precision becomes single.</summary>
    /// <param name="config">The checkpoint's configuration.</param>
    /// <param name="file">Its <c>model.safetensors</c>.</param>
    /// <param name="device">Where the parameters go.</param>
    /// <exception cref="SafetensorsException">A tensor is missing, unexpected or of a wrong shape or type; the message names
    /// it.</exception>
    public static CaptionNetwork Load(CaptionerConfig config, SafetensorsFile file, Device device)
    {
        var source = new StoredParameters(file, device,
            name => MaskBuffer().IsMatch(name) || (config.Decoder.TiesHead && name == TiedHead));
        var network = new CaptionNetwork(config, source);
        try
        {
            source.RequireAllTaken();
            if (config.Decoder.TiesHead) RequireTied(file);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>What the decoder reads of each picture. Gradients flow to parameters that require them; loaded ones do not.</summary>
    /// <param name="pixels">Normalised pictures, [B, channels, height, width].</param>
    /// <returns>[B, 1 + patches, decoder width].</returns>
    public Tensor Encode(Tensor pixels) => Project(Encoder.Forward(pixels));

    /// <summary>All parameters by their Hugging Face names: what a checkpoint holds.</summary>
    /// <param name="decoder">The decoder whose parameters are listed; this network's own by default.</param>
    public IEnumerable<(string Name, Parameter Parameter)> NamedParameters(CaptionDecoder? decoder = null) =>
        [.. Encoder.NamedParameters(), .. projection?.NamedParameters() ?? [], .. (decoder ?? Decoder).NamedParameters()];

    /// <summary>Frees the parameters.</summary>
    public void Dispose()
    {
        foreach (var (_, parameter) in NamedParameters()) parameter.Dispose();
    }

    Tensor Project(Tensor encoded)
    {
        if (projection is null) return encoded;
        using (encoded) return projection.Forward(encoded);
    }

    /// <summary>Causal masks that transformers before 4.31 saved with the weights: constants of the code, no parameters.</summary>
    [GeneratedRegex(@"^decoder\.transformer\.h\.\d+\.(attn|crossattention)\.(bias|masked_bias)$")]
    private static partial Regex MaskBuffer();

    /// <summary>A checkpoint may store the tied output layer as well; then it must be the token embedding, else one of the two would be
    /// lost in silence.</summary>
    static void RequireTied(SafetensorsFile file)
    {
        if (!file.Contains(TiedHead)) return;
        using var head = file.ReadTensor(TiedHead);
        using var embedding = file.ReadTensor(TokenEmbedding);
        if (head.dtype != embedding.dtype || !head.shape.SequenceEqual(embedding.shape) || !head.bytes.SequenceEqual(embedding.bytes))
            throw new SafetensorsException(file.Name, TiedHead,
                $"differs from {TokenEmbedding}, although decoder.tie_word_embeddings is true.");
    }
}
