using System.Globalization;
using Pipeline.Contracts;

namespace Pipeline.Learning.Steps;

/// <summary>Where a version's weights come from, as its files say it: metadata of <c>model.safetensors</c> and lines of the model card.</summary>
public static class Provenance
{
    /// <summary>The metadata of a version.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="version">The version that the weights are.</param>
    /// <param name="parent">The policy that it was made from.</param>
    /// <param name="parentWeights">SHA-256 of the parent's model.safetensors; null when the parent is version 0.</param>
    /// <param name="batchRoot">Merkle root of the events that it learned from.</param>
    public static IReadOnlyDictionary<string, string> Of(Guid runId, int version, PolicyRef parent, string? parentWeights, string batchRoot) =>
        new Dictionary<string, string>
        {
            ["run"] = runId.ToString("D"),
            ["version"] = version.ToString(CultureInfo.InvariantCulture),
            ["parent"] = parentWeights ?? parent.Checkpoint,
            ["batch_root"] = batchRoot,
        };
}
