using Pipeline.Captioner.Checkpoints;
using Pipeline.Captioner.Configuration;
using Pipeline.Captioner.Networks;
using Pipeline.Models;
using Pipeline.Models.Pictures;
using Pipeline.Models.Safetensors;
using Pipeline.Models.Tokenizers;
using static TorchSharp.torch;

namespace Pipeline.Captioner;

/// <summary>A captioner from a checkpoint in Hugging Face layout: its networks, its tokenizer and what it does to a picture
/// first.</summary>
public sealed class CaptionModel : IDisposable
{
    CaptionModel(CaptionNetwork network, IModelFiles files, Device device)
    {
        Network = network;
        Device = device;
        Tokenizer = Gpt2Tokenizer.Load(files);
        Preprocessor = PicturePreprocessor.Load(files);
        Companions = CheckpointWriter.ReadCompanions(files);
    }

    /// <summary>The networks.</summary>
    public CaptionNetwork Network { get; }

    /// <summary>Where the parameters are.</summary>
    public Device Device { get; }

    /// <summary>The captioner's shape and special tokens.</summary>
    public CaptionerConfig Config => Network.Config;

    /// <summary>The caption decoder.</summary>
    public CaptionDecoder Decoder => Network.Decoder;

    /// <summary>Between text and token ids.</summary>
    public Gpt2Tokenizer Tokenizer { get; }

    /// <summary>From a picture to the encoder's input.</summary>
    public PicturePreprocessor Preprocessor { get; }

    /// <summary>The checkpoint's small files, byte for byte, by path: configurations and tokenizer.</summary>
    public IReadOnlyDictionary<string, byte[]> Companions { get; }

    /// <summary>
    /// Loads <c>config.json</c>, <c>generation_config.json</c> when there is one, <c>model.safetensors</c>, the tokenizer's files and
    /// <c>preprocessor_config.json</c>. The parameters are frozen.
    /// </summary>
    /// <param name="files">The checkpoint.</param>
    /// <param name="device">Where the parameters go; that of <see cref="TorchRuntime"/> by default.</param>
    /// <exception cref="ConfigException">The configuration is invalid or not supported.</exception>
    /// <exception cref="SafetensorsException">A tensor is missing, unexpected, of a wrong shape or type, or the file is broken.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public static CaptionModel Load(IModelFiles files, Device? device = null)
    {
        var config = CaptionerConfig.Load(files);
        using var file = SafetensorsFile.Open(files);
        var network = CaptionNetwork.Load(config, file, device ?? TorchRuntime.Device);
        try
        {
            var model = new CaptionModel(network, files, device ?? TorchRuntime.Device);
            model.RequirePicturesToFit(files.Name);
            return model;
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
    public Tensor Encode(Tensor pixels) => Network.Encode(pixels);

    /// <summary>Preprocesses pictures and encodes them.</summary>
    /// <param name="pictures">At least one.</param>
    /// <returns>[B, 1 + patches, decoder width].</returns>
    public Tensor Encode(IReadOnlyList<RgbPicture> pictures)
    {
        using var scope = NewDisposeScope();
        var size = Config.Encoder.Channels * Preprocessor.Height * Preprocessor.Width;
        var values = new float[pictures.Count * size];
        for (var i = 0; i < pictures.Count; i++) Preprocessor.Preprocess(pictures[i], values.AsSpan(i * size, size));
        var pixels = tensor(values, [pictures.Count, Config.Encoder.Channels, Preprocessor.Height, Preprocessor.Width], device: Device);
        return Encode(pixels).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the parameters.</summary>
    public void Dispose() => Network.Dispose();

    void RequirePicturesToFit(string name)
    {
        var size = Config.Encoder.ImageSize;
        if (Preprocessor.Height != size || Preprocessor.Width != size)
        {
            throw new ConfigException($"{name}/preprocessor_config.json", "size",
                $"gives pictures of {Preprocessor.Height} x {Preprocessor.Width} pixels, but encoder.image_size is {size}.");
        }
        if (Config.Encoder.Channels != 3)
            throw new ConfigException($"{name}/config.json", "encoder.num_channels", $"is {Config.Encoder.Channels}; pictures have 3.");
    }
}
