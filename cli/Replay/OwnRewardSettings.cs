using System.Text.Json;
using Pipeline.Cli.Terminal;
using Pipeline.Contracts;

namespace Pipeline.Cli.Replay;

/// <summary>The settings of a reward that is started for a replay, as the section of Similarity's configuration has them.</summary>
/// <param name="Name">The reward's name: the one that was asked for and a mark of the settings, so that the running service is never asked instead.</param>
/// <param name="Values">Each setting by its key.</param>
sealed record OwnRewardSettings(string Name, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>What <paramref name="model"/> means.</summary>
    /// <param name="reward">The reward's name.</param>
    /// <param name="model">A folder with a model, or a JSON file with settings.</param>
    /// <exception cref="CliException">It is neither, or the folder holds no model that a reward can have.</exception>
    public static OwnRewardSettings Of(string reward, string model)
    {
        var values = Directory.Exists(model) ? OfFolder(reward, Path.GetFullPath(model))
            : File.Exists(model) ? OfFile(model)
            : throw new CliException($"--model {model}: there is no such folder or file");
        return new($"{reward}-{CanonicalJson.Sha256(values)[..8]}", values);
    }

    static SortedDictionary<string, string> OfFolder(string reward, string folder)
    {
        var type = Directory.EnumerateFiles(folder, "*.onnx").Any() ? "image-embedding"
            : File.Exists(Path.Combine(folder, "model.safetensors")) ? reward == "blip-itm" ? "blip-itm" : "blip"
            : throw new CliException($"--model {folder}: there is neither a model.safetensors (a BLIP) nor an ONNX file (an image encoder)");
        return new(StringComparer.Ordinal) { ["Model"] = folder, ["Type"] = type };
    }

    static SortedDictionary<string, string> OfFile(string file)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var setting in json.RootElement.EnumerateObject())
                values[char.ToUpperInvariant(setting.Name[0]) + setting.Name[1..]] = setting.Value.ToString();
            // Paths are meant from where the file lies.
            foreach (var key in (string[])["Model", "Scenes"])
                if (values.TryGetValue(key, out var path))
                    values[key] = Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(file))!);
            return values;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new CliException($"--model {file}: settings are a JSON object such as {{\"type\": \"blip\", \"model\": \"FOLDER\"}} ({error.Message})");
        }
    }
}
