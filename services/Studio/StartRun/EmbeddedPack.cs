using Microsoft.Extensions.Options;
using Pipeline.Client;

namespace Pipeline.Studio.StartRun;

/// <summary>
/// The captioner and the pictures of the embedded pack, where Studio was given it: so that a run can be started where nothing was imported yet.
/// They are taken in when a run wants them, and only then.
/// </summary>
sealed class EmbeddedPack(Connection connection, IOptions<StudioOptions> options)
{
    /// <summary>What stands for its pictures in a form.</summary>
    public const string Train = "embedded:captions_train", HeldOut = "embedded:captions_heldout";

    /// <summary>Whether it is here.</summary>
    public bool IsHere => options.Value.Pack is { } folder && Directory.Exists(Path.Combine(folder, "captioner"));

    /// <summary>Its captioner: SHA-256 of the manifest; null when the pack is not here.</summary>
    public async Task<string?> CaptionerAsync(CancellationToken cancellation) =>
        IsHere ? await connection.Checkpoints.ImportAsync(Path.Combine(options.Value.Pack!, "captioner"), cancellation) : null;

    /// <summary>The set that a form's choice stands for: one of the pack's, else one that was imported.</summary>
    /// <returns>The set's SHA-256.</returns>
    /// <exception cref="RequestException">There is no such set.</exception>
    public async Task<string> PicturesAsync(string choice, CancellationToken cancellation)
    {
        var names = new PictureSetNames(connection.Events);
        if (!IsHere || choice is not (Train or HeldOut)) return await names.FindAsync(choice, connection.Blobs, cancellation);

        var name = choice["embedded:".Length..];
        var sources = CocoCaptions.Read(Path.Combine(options.Value.Pack!, "pictures", $"{name}.json"), null);
        var report = await new PictureImporter(connection.Blobs, connection.PictureSets).ImportAsync(name, sources, cancellation);
        var setId = report.SetId ?? throw new RequestException($"none of the embedded pictures can be used: {report.Skipped[0].Problem}");
        await names.RememberAsync(name, setId, cancellation);
        return setId;
    }
}
