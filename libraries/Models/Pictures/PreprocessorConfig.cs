using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Models.Pictures;

/// <summary>Where the crop of a centre crop lies when the margin is odd.</summary>
public enum CropRounding
{
    /// <summary>Hugging Face: floor(margin / 2).</summary>
    Floor,

    /// <summary>torchvision: round(margin / 2), halves to the even number; a picture smaller than the crop: -floor(missing / 2).</summary>
    HalfEven,
}

/// <summary>What is done to a picture before a network sees it, in this order: resize, centre crop, rescale, normalise.</summary>
public sealed record PreprocessorConfig
{
    static readonly double[] VitMean = [0.5, 0.5, 0.5];
    static readonly double[] VitStd = [0.5, 0.5, 0.5];
    static readonly double[] ClipMean = [0.48145466, 0.4578275, 0.40821073];
    static readonly double[] ClipStd = [0.26862954, 0.26130258, 0.27577711];

    /// <summary>
    /// Rows and columns to resize to, the aspect ratio not kept; null when <see cref="ShortestEdge"/> is given or nothing is resized.
    /// </summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>Length to resize the shorter side to, the aspect ratio kept.</summary>
    public int? ShortestEdge { get; init; }

    /// <summary>The interpolation.</summary>
    public Resample Resample { get; init; } = Resample.Bilinear;

    /// <summary>Rows and columns cut out of the middle (outside of the picture: black), or null.</summary>
    public (int Height, int Width)? Crop { get; init; }

    /// <summary>Where the crop lies.</summary>
    public CropRounding CropRounding { get; init; } = CropRounding.Floor;

    /// <summary>What grey levels are multiplied by; 1 to keep 0 to 255.</summary>
    public double RescaleFactor { get; init; } = 1.0 / 255;

    /// <summary>Subtracted from each channel (red, green, blue).</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0, 0, 0];

    /// <summary>Divides each channel then.</summary>
    public IReadOnlyList<double> Std { get; init; } = [1, 1, 1];

    /// <summary>
    /// torchvision's recipe for classifiers such as VGG: <c>Resize(shortestEdge), CenterCrop(crop), ToTensor(), Normalize(mean, std)</c> on
    /// PIL images.
    /// </summary>
    public static PreprocessorConfig Torchvision(int shortestEdge, int crop, IReadOnlyList<double> mean, IReadOnlyList<double> std) => new()
    {
        ShortestEdge = shortestEdge,
        Crop = (crop, crop),
        CropRounding = CropRounding.HalfEven,
        Mean = mean,
        Std = std,
    };

    /// <summary>
    /// Reads Hugging Face's <c>preprocessor_config.json</c>, new and old spellings. Keys that are missing have the defaults of the
    /// processor that <c>image_processor_type</c> or <c>feature_extractor_type</c> names (ViT, CLIP, BLIP; ViT when none is named). One key
    /// is our own and ignored by others: <c>crop_rounding</c>, <c>floor</c> or, as torchvision crops, <c>half_even</c>.
    /// </summary>
    /// <param name="json">The file's text.</param>
    /// <param name="name">The file's name, for error messages.</param>
    /// <exception cref="InvalidDataException">It is not JSON, or a value is not understood; the message names the key.</exception>
    public static PreprocessorConfig Parse(string json, string name)
    {
        try
        {
            var keys = JsonNode.Parse(json) as JsonObject ?? throw new InvalidDataException("it is not a JSON object");
            return Read(keys);
        }
        catch (Exception problem) when (problem is JsonException or InvalidDataException)
        {
            throw new InvalidDataException($"{name}: {problem.Message}", problem);
        }
    }

    static PreprocessorConfig Read(JsonObject keys)
    {
        var type = Value<string>(keys, "image_processor_type") ?? Value<string>(keys, "feature_extractor_type") ?? "ViTImageProcessor";
        var defaults = type.Replace("ImageProcessor", "").Replace("FeatureExtractor", "").Replace("Fast", "") switch
        {
            "ViT" => new PreprocessorConfig { Size = (224, 224), Resample = Resample.Bilinear, Mean = VitMean, Std = VitStd },
            "Blip" => new PreprocessorConfig { Size = (384, 384), Resample = Resample.Bicubic, Mean = ClipMean, Std = ClipStd },
            "CLIP" => new PreprocessorConfig
            {
                ShortestEdge = 224, Crop = (224, 224), Resample = Resample.Bicubic, Mean = ClipMean, Std = ClipStd,
            },
            _ => throw new InvalidDataException($"image_processor_type {type} is not known: ViT, CLIP and Blip are"),
        };

        var resize = Value<bool?>(keys, "do_resize") ?? true;
        var crop = Value<bool?>(keys, "do_center_crop") ?? defaults.Crop is not null;
        var rescale = Value<bool?>(keys, "do_rescale") ?? true;
        var normalise = Value<bool?>(keys, "do_normalize") ?? true;
        var (size, shortestEdge) =
            Lengths(keys, "size", squareFromInt: defaults.Size is not null) ?? (defaults.Size, defaults.ShortestEdge);
        return new PreprocessorConfig
        {
            Size = resize ? size : null,
            ShortestEdge = resize ? shortestEdge : null,
            Resample = Value<int?>(keys, "resample") is { } pil ? Interpolation(pil) : defaults.Resample,
            Crop = crop ? CropSize(keys) ?? defaults.Crop ?? (224, 224) : null,
            CropRounding = Rounding(keys),
            RescaleFactor = rescale ? Value<double?>(keys, "rescale_factor") ?? defaults.RescaleFactor : 1,
            Mean = normalise ? Channels(keys, "image_mean") ?? defaults.Mean : [0, 0, 0],
            Std = normalise ? Divisors(keys, "image_std") ?? defaults.Std : [1, 1, 1],
        };
    }

    static CropRounding Rounding(JsonObject keys) => Value<string>(keys, "crop_rounding") switch
    {
        null or "floor" => CropRounding.Floor,
        "half_even" => CropRounding.HalfEven,
        var other => throw new InvalidDataException($"crop_rounding {other} is not known: floor and half_even are"),
    };

    static Resample Interpolation(int pil) => Enum.IsDefined((Resample)pil)
        ? (Resample)pil
        : throw new InvalidDataException($"resample {pil} is not supported: 2 (bilinear) and 3 (bicubic) are");

    /// <summary>{"height", "width"} | {"shortest_edge"} | int; null when the key is missing.</summary>
    static ((int Height, int Width)? Square, int? ShortestEdge)? Lengths(JsonObject keys, string key, bool squareFromInt)
    {
        if (keys[key] is null)
            return null;
        if (keys[key] is not JsonObject lengths)
            return squareFromInt ? ((Length(keys, key), Length(keys, key)), null) : (null, Length(keys, key));
        if (lengths["height"] is not null && lengths["width"] is not null)
            return ((Length(lengths, "height"), Length(lengths, "width")), null);
        if (lengths["shortest_edge"] is not null && lengths["longest_edge"] is null)
            return (null, Length(lengths, "shortest_edge"));
        throw new InvalidDataException($"{key} has neither height and width nor shortest_edge alone");
    }

    static (int Height, int Width)? CropSize(JsonObject keys) => Lengths(keys, "crop_size", squareFromInt: true) switch
    {
        null => null,
        { Square: { } square } => square,
        _ => throw new InvalidDataException("crop_size has neither height and width nor is it one number"),
    };

    static int Length(JsonObject keys, string key)
    {
        var length = Value<int>(keys, key);
        return length > 0 ? length : throw new InvalidDataException($"{key} is {length}; it must be at least 1");
    }

    static double[]? Channels(JsonObject keys, string key)
    {
        if (keys[key] is null)
            return null;
        var channels = keys[key] is JsonArray array && array.All(value => value?.GetValueKind() == JsonValueKind.Number)
            ? array.Select(value => value!.GetValue<double>()).ToArray()
            : [];
        return channels.Length == 3 ? channels : throw new InvalidDataException($"{key} is not a list of three numbers");
    }

    static double[]? Divisors(JsonObject keys, string key) => Channels(keys, key) is { } channels && channels.Contains(0)
        ? throw new InvalidDataException($"{key} contains 0")
        : Channels(keys, key);

    static T? Value<T>(JsonObject keys, string key)
    {
        try
        {
            return keys[key] is { } value ? value.GetValue<T>() : default;
        }
        catch (Exception problem) when (problem is InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{key} is {keys[key]!.ToJsonString()}; a {typeof(T).Name} was expected", problem);
        }
    }
}
