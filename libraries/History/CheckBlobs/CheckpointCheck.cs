using System.Globalization;
using Pipeline.Contracts;
using Pipeline.History.ReadEvents;
using Pipeline.History.Sources;
using Pipeline.Learning.UpdatePolicy;
using Pipeline.Models.Safetensors;

namespace Pipeline.History.CheckBlobs;

/// <summary>Checkpoints: the files are those that the version's event names, and say themselves where they come from.</summary>
sealed class CheckpointCheck(IRecordedHistory history, BlobCheck blobs)
{
    const string Weights = "model.safetensors";

    /// <summary>Reads a checkpoint's manifest and notes its files.</summary>
    public async Task<CheckpointListing> ListAsync(ReadEvent by, string checkpoint, CancellationToken cancellation)
    {
        blobs.Want(checkpoint, "the checkpoint's manifest", by);
        try
        {
            var listing = await CheckpointListing.ReadAsync(history, checkpoint, cancellation);
            foreach (var file in listing.Files) blobs.Want(file.Sha256, $"the checkpoint's {file.Path}", by);
            return listing;
        }
        catch (BadBlobException bad)
        {
            throw BadHistoryException.At(by.Recorded, "the checkpoint's manifest", bad);
        }
    }

    /// <summary>Checks the checkpoint that a step made.</summary>
    /// <param name="by">The version's event.</param>
    /// <param name="parent">SHA-256 of the weights that it was made from, or of the checkpoint of version 0.</param>
    /// <param name="state">What the trainer remembers after the step.</param>
    /// <param name="cancellation">Cancels.</param>
    public async Task CheckAsync(ReadEvent by, string parent, TrainerState state, CancellationToken cancellation)
    {
        var updated = (PolicyUpdated)by.Data;
        var listing = await ListAsync(by, updated.Checkpoint, cancellation);
        Require(by, "weightsSha256", listing.Find(Weights)?.Sha256, updated.WeightsSha256);
        Require(by, "optimiserSha256", listing.Find(PolicyTrainer.OptimiserPath)?.Sha256, updated.OptimiserSha256);
        try
        {
            var found = TrainerState.Load(new CheckpointFiles(history, updated.Checkpoint, listing));
            if (JsonDifference.Of(state with { OptimiserSteps = found.OptimiserSteps }, found) is { } difference)
                throw by.Bad($"the checkpoint's {TrainerState.Path}: {difference}");
            if (blobs.ShouldHave(updated.WeightsSha256)) await CheckMetadataAsync(by, updated, parent, cancellation);
        }
        catch (BadBlobException bad)
        {
            throw BadHistoryException.At(by.Recorded, "the checkpoint", bad);
        }
        catch (Exception broken) when (broken is InvalidDataException or SafetensorsException or FileNotFoundException)
        {
            throw by.Bad($"the checkpoint: {broken.Message}");
        }
    }

    async Task CheckMetadataAsync(ReadEvent by, PolicyUpdated updated, string parent, CancellationToken cancellation)
    {
        using var weights = SafetensorsFile.Open(await blobs.OpenAsync(updated.WeightsSha256, cancellation), Weights);
        Require(by, "run in the header of its weights", updated.RunId.ToString("D"), weights.Metadata.GetValueOrDefault("run"));
        Require(
            by, "version in the header of its weights", updated.Version.ToString(CultureInfo.InvariantCulture),
            weights.Metadata.GetValueOrDefault("version"));
        Require(by, "parent in the header of its weights", parent, weights.Metadata.GetValueOrDefault("parent"));
        Require(by, "batch_root in the header of its weights", updated.BatchRoot, weights.Metadata.GetValueOrDefault("batch_root"));
    }

    static void Require(ReadEvent by, string what, string? expected, string? found)
    {
        if (found != expected) throw by.Bad($"{what}: expected {expected ?? "nothing"}, found {found ?? "nothing"}");
    }
}
