using System.Text.Json;
using Pipeline.Models;

namespace Pipeline.TextToImage;

/// <summary>How a model draws when nobody says otherwise: its <c>generation.json</c>, else as Stable Diffusion 1.5 is used.</summary>
/// <param name="Steps">Denoising steps; at least 1.</param>
/// <param name="Guidance">Classifier-free guidance scale; at least 1, and 1 means none.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Width">Width in pixels.</param>
public sealed record GenerationDefaults(int Steps = 50, double Guidance = 7.5, int Height = 512, int Width = 512)
{
    const string FileName = "generation.json";

    static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web);

    /// <summary>Reads them; a key that is not there has Stable Diffusion 1.5's value.</summary>
    /// <exception cref="InvalidDataException">The file is no JSON object of such values; the message names file and problem.</exception>
    public static GenerationDefaults Load(IModelFiles files)
    {
        if (!files.Exists(FileName)) return new GenerationDefaults();
        GenerationDefaults defaults;
        try
        {
            defaults = JsonSerializer.Deserialize<GenerationDefaults>(files.ReadAllBytes(FileName), Reading)
                ?? throw new JsonException("it is null.");
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{files.Name}/{FileName}: {problem.Message}", problem);
        }

        if (defaults is not { Steps: >= 1, Guidance: >= 1, Height: >= 8, Width: >= 8 })
            throw new InvalidDataException(
                $"{files.Name}/{FileName}: {defaults} is not allowed; steps and guidance are at least 1, height and width at least 8.");
        return defaults;
    }
}
