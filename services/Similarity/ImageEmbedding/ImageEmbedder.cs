using Pipeline.Captioner.Configuration;
using Pipeline.Models;
using Pipeline.Models.Pictures;
using Pipeline.Onnx;

namespace Pipeline.Similarity.ImageEmbedding;

/// <summary>
/// Embeds pictures with any network in an ONNX file. Each picture goes through it alone, so that its embedding does not depend on what else
/// is asked: ONNX Runtime does not promise the same bits for a picture in batches of different sizes.
/// </summary>
public sealed class ImageEmbedder : IDisposable
{
    const string PreprocessorFile = "preprocessor_config.json";

    readonly IModelFiles files;
    readonly EmbeddingConfig config;
    readonly PicturePreprocessor preprocessor;
    readonly PictureDecoder decoder = new();
    readonly OnnxModel network;
    readonly string input;

    /// <summary>
    /// Loads <c>image_embedding.json</c>, <c>preprocessor_config.json</c> and the network, and embeds a picture without content, so that
    /// parts that do not fit together are found out now.
    /// </summary>
    /// <param name="files">The model.</param>
    /// <param name="options">How the network is computed; null for one thread of the CPU.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="ConfigException">image_embedding.json is broken, or does not fit the network.</exception>
    /// <exception cref="InvalidDataException">preprocessor_config.json is broken, or does not fit the network.</exception>
    /// <exception cref="OnnxException">The network is broken, or does not fit the configuration.</exception>
    public ImageEmbedder(IModelFiles files, OnnxOptions? options = null)
    {
        this.files = files;
        config = EmbeddingConfig.Load(files);
        preprocessor = LoadPreprocessor(files);
        network = OnnxModel.Load(files, config.Model, options, expose: config.Output);
        try
        {
            input = Input();
            RequireSize(network.Inputs[input]);
            Dimension = Embed(new float[3 * preprocessor.Height * preprocessor.Width], CancellationToken.None).Length;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The files that decide what embeddings are, weights beside the ONNX file included.</summary>
    public IReadOnlyList<string> DecidingFiles
    {
        get
        {
            var folder = config.Model[..(config.Model.LastIndexOf('/') + 1)];
            return [EmbeddingConfig.FileName, PreprocessorFile, config.Model,
                .. OnnxGraph.Read(files, config.Model).ExternalFiles.Select(file => folder + file)];
        }
    }

    /// <summary>The length of an embedding.</summary>
    public int Dimension { get; }

    /// <summary>The picture's embedding, the configured centre subtracted.</summary>
    /// <param name="picture">A picture file.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="PictureException">The picture cannot be decoded.</exception>
    public float[] Embed(Stream picture, string name, CancellationToken cancellation) =>
        Embed(preprocessor.Preprocess(decoder.Decode(picture, name)), cancellation);

    /// <summary>Frees the network.</summary>
    public void Dispose() => network.Dispose();

    float[] Embed(float[] pixels, CancellationToken cancellation)
    {
        var image = OnnxInput.Of(input, pixels, 1, 3, preprocessor.Height, preprocessor.Width);
        var embedding = Pool(network.Run(config.Output, [image], cancellation));
        if (config.Center is not { } center) return embedding;
        if (center.Count != embedding.Length)
            throw Misfit("center", $"has {center.Count} numbers; the embedding has {embedding.Length}.");
        return [.. embedding.Zip(center, (value, mean) => value - mean)];
    }

    float[] Pool(OnnxTensor output)
    {
        try
        {
            return output.Pool(config.Pooling);
        }
        catch (InvalidDataException problem)
        {
            throw Misfit("pooling", $"does not fit output '{config.Output}' of {config.Model}: {problem.Message}.");
        }
    }

    string Input()
    {
        if (config.Input is { } named)
            return network.Inputs.ContainsKey(named) ? named : throw Unclear($"is '{named}'");
        return network.Inputs.Count == 1 ? network.Inputs.Keys.Single() : throw Unclear("is missing");

        ConfigException Unclear(string what) => Misfit("input", $"{what}; {config.Model} has {string.Join(", ", network.Inputs.Values)}.");
    }

    void RequireSize(OnnxValue image)
    {
        if (image.Shape is [_, _, var height, var width]
            && (height >= 0 && height != preprocessor.Height || width >= 0 && width != preprocessor.Width))
        {
            throw new InvalidDataException(
                $"{files.Name}/{PreprocessorFile}: it makes pictures of {preprocessor.Height}x{preprocessor.Width}; "
                + $"{config.Model} reads {height}x{width} ({image})");
        }
    }

    ConfigException Misfit(string key, string problem) => new($"{files.Name}/{EmbeddingConfig.FileName}", key, problem);

    static PicturePreprocessor LoadPreprocessor(IModelFiles files)
    {
        try
        {
            return PicturePreprocessor.Load(files);
        }
        catch (InvalidDataException problem) when (!problem.Message.StartsWith(files.Name, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{files.Name}/{PreprocessorFile}: {problem.Message}", problem);
        }
    }
}
