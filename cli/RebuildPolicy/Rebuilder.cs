using System.Security.Cryptography;
using Pipeline.Captioner.Checkpoints;
using Pipeline.Learning.Steps;
using Pipeline.Learning.UpdatePolicy;
using Pipeline.Models;
using Pipeline.Models.Pictures;

namespace Pipeline.Cli.RebuildPolicy;

/// <summary>
/// Takes every learning step of a run again, from version 0 and the log alone: no checkpoint but the first is read, no service is asked. A
/// branch's version 0 is the other run's version that it begins with. On the same kind of machine and with the same number of threads each version is the recorded one, bit for bit.
/// </summary>
sealed class Rebuilder(Connection connection, LearningLog log)
{
    /// <summary>Makes versions 1 to <paramref name="version"/> and writes the last one.</summary>
    /// <param name="version">The version to end with; at least 1.</param>
    /// <param name="folder">Where its checkpoint goes: a new or empty folder.</param>
    /// <param name="report">Told of each version.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    public async Task RebuildAsync(int version, string folder, Action<RebuiltVersion> report, CancellationToken cancellation)
    {
        var (runId, settings) = (log.Started.RunId, log.Started.Settings);
        var reference = await connection.Checkpoints.OpenAsync(settings.Captioner, cancellation);
        var preprocessor = PicturePreprocessor.Load(reference);
        var beginning = await connection.Checkpoints.OpenAsync(settings.VersionZero(), cancellation);
        using var trainer = PolicyTrainer.Load(reference, beginning, settings,
            picture => connection.Pictures.PixelsAsync(picture, preprocessor, cancellation).GetAwaiter().GetResult(),
            isBeginning: true);

        string? parentWeights = null;
        for (var step = 0; step < version; step++)
        {
            var record = await log.StepAsync(step, cancellation);
            trainer.Learn(step, record.Captions);
            var made = log.Made(step + 1);
            // The parent as this rebuild made it: where it differs, so does what depends on it, and that is seen.
            var provenance = Provenance.Of(runId, step + 1, made.Parent, parentWeights, record.BatchRoot);
            var files = trainer.Checkpoint(provenance);
            var (weights, optimiser) = (Hash(files, "model.safetensors"), Hash(files, PolicyTrainer.OptimiserPath));
            parentWeights = weights;
            if (step + 1 == version) Write(files, folder);
            var isEqual = weights == made.WeightsSha256;
            report(new RebuiltVersion(
                step + 1, weights, made.WeightsSha256, optimiser, made.OptimiserSha256,
                isEqual || step + 1 < version ? null : await DifferenceAsync(folder, made.Checkpoint, cancellation)));
        }
    }

    async Task<WeightDifference?> DifferenceAsync(string folder, string checkpoint, CancellationToken cancellation) =>
        await connection.Blobs.ExistsAsync(checkpoint, cancellation)
            ? WeightDifference.Between(new ModelFolder(folder), await connection.Checkpoints.OpenAsync(checkpoint, cancellation))
            : null;

    static string Hash(IReadOnlyList<CheckpointFile> files, string path)
    {
        using var hashing = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, hashing, CryptoStreamMode.Write))
            files.Single(file => file.Path == path).Write(stream);
        return Convert.ToHexStringLower(hashing.Hash!);
    }

    static void Write(IReadOnlyList<CheckpointFile> files, string folder)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            file.Write(stream);
        }
    }
}
