using Pipeline.Captioner.Configuration;
using Pipeline.Captioner.Networks;
using Pipeline.Captioner.Weights;
using Pipeline.Models;
using Pipeline.Models.Safetensors;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Pipeline.Captioner;

/// <summary>
/// A captioner in Hugging Face layout (transformers' <c>VisionEncoderDecoderModel</c> of ViT and GPT-2): vision encoder, <c>enc_to_dec_proj</c> where widths differ,
/// caption decoder. Loaded parameters are frozen; training takes a <see cref="CaptionDecoder.CloneTrainable"/> of the decoder.
/// </summary>
public sealed class CaptionModel : IDisposable
{
    const string TiedHead = "decoder.lm_head.weight", TokenEmbedding = "decoder.transformer.wte.weight";

    readonly Linear? projection;

    /// <summary>Builds the network with parameters from <paramref name="source"/>.</summary>
    public CaptionModel(CaptionerConfig config, IParameterSource source, Device? device = null)
    {
        Config = config;
        Device = device ?? CPU;
        Encoder = new VisionEncoder(config.Encoder, source);
        projection = config.HasProjection ? new Linear(source, "enc_to_dec_proj", config.Encoder.HiddenSize, config.Decoder.Width) : null;
        Decoder = new CaptionDecoder(config.Decoder, source);
    }

    /// <summary>The captioner's shape and special tokens.</summary>
    public CaptionerConfig Config { get; }

    /// <summary>Where the parameters are.</summary>
    public Device Device { get; }

    /// <summary>The vision encoder.</summary>
    public VisionEncoder Encoder { get; }

    /// <summary>The caption decoder.</summary>
    public CaptionDecoder Decoder { get; }

    /// <summary>Loads <c>config.json</c>, <c>generation_config.json</c> when there is one, and <c>model.safetensors</c>; half precision becomes single.</summary>
    /// <param name="files">The checkpoint.</param>
    /// <param name="device">Where the parameters go; the CPU by default.</param>
    /// <exception cref="ConfigException">The configuration is invalid or not supported.</exception>
    /// <exception cref="SafetensorsException">A tensor is missing, unexpected, of a wrong shape or type, or the file is broken.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public static CaptionModel Load(IModelFiles files, Device? device = null)
    {
        var config = CaptionerConfig.Load(files);
        using var file = SafetensorsFile.Open(files);
        var source = new StoredParameters(file, device ?? CPU, name => IsMaskBuffer(name) || (config.Decoder.TiesHead && name == TiedHead));
        var model = new CaptionModel(config, source, device);
        try
        {
            source.RequireAllTaken();
            if (config.Decoder.TiesHead) RequireTied(file);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>What the decoder reads of each picture. Gradients flow to parameters that require them; loaded ones do not.</summary>
    /// <param name="pixels">Normalised pictures, [B, channels, height, width].</param>
    /// <returns>[B, 1 + patches, decoder width].</returns>
    public Tensor Encode(Tensor pixels) => Project(Encoder.Forward(pixels));

    /// <summary>All parameters by their Hugging Face names: what a checkpoint holds.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> NamedParameters() =>
        [.. Encoder.NamedParameters(), .. projection?.NamedParameters() ?? [], .. Decoder.NamedParameters()];

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
    static bool IsMaskBuffer(string name) =>
        name.StartsWith("decoder.transformer.h.", StringComparison.Ordinal)
        && (name.EndsWith(".attn.bias", StringComparison.Ordinal) || name.EndsWith("attention.bias", StringComparison.Ordinal)
            || name.EndsWith(".masked_bias", StringComparison.Ordinal));

    /// <summary>A checkpoint may store the tied output layer as well; then it must be the token embedding, else one of the two would be lost in silence.</summary>
    static void RequireTied(SafetensorsFile file)
    {
        if (!file.Contains(TiedHead)) return;
        using var scope = NewDisposeScope();
        var (head, embedding) = (file.ReadTensor(TiedHead), file.ReadTensor(TokenEmbedding));
        using (head)
        using (embedding)
        {
            if (head.dtype != embedding.dtype || !head.shape.SequenceEqual(embedding.shape) || !head.bytes.SequenceEqual(embedding.bytes))
                throw new SafetensorsException(file.Name, TiedHead, $"differs from {TokenEmbedding}, although decoder.tie_word_embeddings is true.");
        }
    }
}
