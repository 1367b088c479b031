using Pipeline.Captioner;
using Pipeline.Captioner.Networks;
using Pipeline.Captioner.Weights;
using Pipeline.Models;
using Pipeline.Models.Safetensors;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Pipeline.Similarity.Blip;

/// <summary>
/// BLIP for image-text retrieval (Li et al. 2022, arXiv 2201.12086; transformers' <c>BlipForImageTextRetrieval</c>) from Hugging Face
/// layout, frozen. Two heads: ITC compares a picture's feature with a text's, ITM lets the text look at the picture and says whether they
/// match.
/// </summary>
public sealed class BlipRetrieval : IDisposable
{
    readonly Linear pictureProjection, textProjection, matchHead;

    /// <summary>Builds the network with parameters from <paramref name="source"/>.</summary>
    public BlipRetrieval(BlipConfig config, IParameterSource source)
    {
        Config = config;
        Vision = new BlipVision(config.Vision, source);
        Text = new BlipText(config.Text, config.Vision.HiddenSize, source);
        pictureProjection = new Linear(source, "vision_proj", config.Vision.HiddenSize, config.FeatureSize);
        textProjection = new Linear(source, "text_proj", config.Text.HiddenSize, config.FeatureSize);
        matchHead = new Linear(source, "itm_head", config.Text.HiddenSize, 2);
    }

    /// <summary>The network's shape.</summary>
    public BlipConfig Config { get; }

    /// <summary>The vision tower.</summary>
    public BlipVision Vision { get; }

    /// <summary>The text tower.</summary>
    public BlipText Text { get; }

    /// <summary>Loads <c>config.json</c> and <c>model.safetensors</c>; half precision becomes single.</summary>
    /// <exception cref="Captioner.Configuration.ConfigException">The configuration is invalid or not supported.</exception>
    /// <exception cref="SafetensorsException">A tensor is missing, unexpected, of a wrong shape or type, or the file is broken.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public static BlipRetrieval Load(IModelFiles files, Device? device = null)
    {
        var config = BlipConfig.Load(files);
        using var file = SafetensorsFile.Open(files);
        // Versions of transformers before 4.31 saved this buffer with the weights: 0, 1, 2 ...
        var source = new StoredParameters(file, device ?? TorchRuntime.Device, name => name == "text_encoder.embeddings.position_ids");
        var model = new BlipRetrieval(config, source);
        try
        {
            source.RequireAllTaken();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>ITC's feature of each picture, of length 1.</summary>
    /// <param name="seen">What <see cref="BlipVision.Forward"/> returned, [B, S, width].</param>
    /// <returns>[B, feature size].</returns>
    public Tensor PictureFeature(Tensor seen) => Feature(pictureProjection, seen);

    /// <summary>ITC's feature of each text, of length 1.</summary>
    /// <param name="read">What <see cref="BlipText.Forward"/> returned without pictures, [B, T, width].</param>
    /// <returns>[B, feature size].</returns>
    public Tensor TextFeature(Tensor read) => Feature(textProjection, read);

    /// <summary>ITM's two logits of each pair: no match, match.</summary>
    /// <param name="fused">What <see cref="BlipText.Forward"/> returned with each text's picture, [B, T, width].</param>
    /// <returns>[B, 2].</returns>
    public Tensor MatchLogits(Tensor fused)
    {
        using var scope = NewDisposeScope();
        return matchHead.Forward(fused.select(1, 0)).MoveToOuterDisposeScope();
    }

    /// <summary>All parameters by their Hugging Face names.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> NamedParameters() =>
    [
        .. Vision.NamedParameters(), .. Text.NamedParameters(),
        .. pictureProjection.NamedParameters(), .. textProjection.NamedParameters(), .. matchHead.NamedParameters(),
    ];

    /// <summary>Frees the parameters.</summary>
    public void Dispose()
    {
        foreach (var (_, parameter) in NamedParameters())
            parameter.Dispose();
    }

    static Tensor Feature(Linear projection, Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return nn.functional.normalize(projection.Forward(hidden.select(1, 0)), dim: -1).MoveToOuterDisposeScope();
    }
}
