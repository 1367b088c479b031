using Pipeline.Rewards;
using Pipeline.Similarity.Blip;

namespace Pipeline.Similarity;

/// <summary>One reward of this service: configuration section <c>Similarity:Rewards:NAME</c>.</summary>
public sealed class RewardSettings
{
    /// <summary>The configuration section that holds all rewards.</summary>
    public const string Section = "Similarity:Rewards";

    /// <summary>
    /// <c>blip</c> (cosine of BLIP's features), <c>blip-itm</c> (BLIP's matching probability), <c>image-embedding</c> (cosine of the
    /// original and what was drawn, by a network in an ONNX file) or <c>oracle</c> (known scenes).
    /// </summary>
    public string? Type { get; set; }

    /// <summary>
    /// For BLIP: the folder of the model, in Hugging Face layout. For image-embedding: the folder of the ONNX file and its configuration.
    /// </summary>
    public string? Model { get; set; }

    /// <summary>For BLIP: whether captions are cleaned, see <see cref="BlipCleaning.Punctuation"/>.</summary>
    public bool Cleaning { get; set; } = true;

    /// <summary>For BLIP: the most words that cleaning keeps; at least 1.</summary>
    public int MaxWords { get; set; } = 30;

    /// <summary>For BLIP: the most tokens of a caption, [CLS] and [SEP] included; at least 2.</summary>
    public int MaxTokens { get; set; } = 35;

    /// <summary>For BLIP and image-embedding: megabytes for what was seen in pictures; at least 0.</summary>
    public int CacheMegabytes { get; set; } = 256;

    /// <summary>For image-embedding: threads of one computation; at least 1. Another number may change the last bits of scores.</summary>
    public int Threads { get; set; } = 1;

    /// <summary>For the oracle: the file with the pictures' scenes.</summary>
    public string? Scenes { get; set; }

    /// <summary>How long a micro-batch may take; above 0.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>What is wrong with the settings, each problem beginning with its key; none when all is well.</summary>
    /// <param name="key">The reward's section.</param>
    public IEnumerable<string> Problems(string key)
    {
        switch (Type)
        {
            case "blip" or "blip-itm":
                if (string.IsNullOrWhiteSpace(Model)) yield return $"{key}:Model is missing: the folder of a BLIP in Hugging Face layout";
                else if (!Directory.Exists(Model)) yield return $"{key}:Model is '{Model}', and there is no such folder";
                if (MaxWords < 1) yield return $"{key}:MaxWords is {MaxWords}; it must be at least 1";
                if (MaxTokens < 2) yield return $"{key}:MaxTokens is {MaxTokens}; it must be at least 2";
                if (CacheMegabytes < 0) yield return $"{key}:CacheMegabytes is {CacheMegabytes}; it must be at least 0";
                break;
            case "image-embedding":
                if (string.IsNullOrWhiteSpace(Model))
                    yield return $"{key}:Model is missing: the folder of an ONNX file and its configuration";
                else if (!Directory.Exists(Model))
                    yield return $"{key}:Model is '{Model}', and there is no such folder";
                if (CacheMegabytes < 0) yield return $"{key}:CacheMegabytes is {CacheMegabytes}; it must be at least 0";
                if (Threads < 1) yield return $"{key}:Threads is {Threads}; it must be at least 1";
                break;
            case "oracle":
                if (string.IsNullOrWhiteSpace(Scenes)) yield return $"{key}:Scenes is missing: the file with the pictures' scenes";
                else if (!File.Exists(Scenes)) yield return $"{key}:Scenes is '{Scenes}', and there is no such file";
                break;
            default:
                var type = Type is null ? "missing" : $"'{Type}'";
                yield return $"{key}:Type is {type}; blip, blip-itm, image-embedding and oracle are known";
                break;
        }

        if (Timeout <= TimeSpan.Zero) yield return $"{key}:Timeout is {Timeout}; it must be above 0";
    }

    /// <summary>How the reward is asked.</summary>
    public RewardOptions Options => new() { Timeout = Timeout };
}
