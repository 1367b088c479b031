using System.Text.Json;
using Pipeline.Contracts;
using Pipeline.Models;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>What training remembers beside tensors. A checkpoint carries it, so that a killed run goes on as if it had not been.</summary>
/// <param name="Version">The policy's version: steps learned.</param>
/// <param name="OptimiserSteps">AdamW's steps.</param>
/// <param name="KlCoefficient">Where the KL controller stands.</param>
/// <param name="Rewards">The moments of each trained reward's scores.</param>
public sealed record TrainerState(
    int Version, long OptimiserSteps, double KlCoefficient, IReadOnlyDictionary<string, RewardMoments> Rewards)
{
    /// <summary>Where a checkpoint keeps it.</summary>
    public const string Path = "trainer/state.json";

    /// <summary>Before the first step.</summary>
    public static TrainerState Initial(PpoSettings settings) => new(0, 0, settings.KlCoefficient, new Dictionary<string, RewardMoments>());

    /// <summary>Reads a checkpoint's.</summary>
    /// <exception cref="InvalidDataException">It is broken; the message names the file.</exception>
    public static TrainerState Load(IModelFiles files)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainerState>(files.ReadAllBytes(Path), ContractJson.Options)
                ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{files.Name}/{Path}: {exception.Message}", exception);
        }
    }

    /// <summary>Writes it: numbers in their shortest exact form, the same state as the same bytes.</summary>
    public void Write(Stream stream) => JsonSerializer.Serialize(stream, this, ContractJson.Options);
}
