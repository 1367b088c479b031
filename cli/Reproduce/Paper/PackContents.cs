using Pipeline.Cli.Demo;
using Pipeline.Cli.ImportPictures;
using Pipeline.Cli.Local;
using Pipeline.Cli.PullModels;
using Pipeline.Cli.Reproduce.Paper.Plan;
using Pipeline.Cli.Terminal;
using Pipeline.Contracts;

namespace Pipeline.Cli.Reproduce.Paper;

/// <summary>What experiments are asked to be made with.</summary>
/// <param name="Pack">The model pack.</param>
/// <param name="Captioner">Folder of the captioner; null for the pack's.</param>
/// <param name="Images">Training pictures; null for those of the embedded pack.</param>
/// <param name="HeldOut">Held-out pictures; null for those of the embedded pack.</param>
/// <param name="HeldOutPictures">How many of them.</param>
/// <param name="Retrieval">Name of the reward that compares picture and caption.</param>
/// <param name="Diffusion">Name of the reward that compares picture and drawings.</param>
sealed record PackRequest(
    string Pack, string? Captioner, string? Images, string? HeldOut, int HeldOutPictures, string Retrieval, string Diffusion);

/// <summary>Takes in a pack's captioner and pictures, and finds its rewards.</summary>
sealed class PackContents(Connection connection, LocalStack stack)
{
    /// <summary>A reward that knows the scenes of the embedded pictures, where somebody offers it.</summary>
    const string Oracle = "oracle";

    const string PublishedCaptioner = "captioner";

    /// <summary>What is asked for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="sizes">Numbers of training pictures.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>What runs are made with, the training pictures by their number, and where the rewards are.</returns>
    /// <exception cref="CliException">Pictures, a model or a reward are missing.</exception>
    public async Task<(Ingredients With, IReadOnlyDictionary<int, string> Pictures, OfferedRewards Offered)> ResolveAsync(
        PackRequest request, IReadOnlyList<int> sizes, CancellationToken cancellation)
    {
        var offered = await new RewardDiscovery(connection.Options).FindAsync([request.Retrieval, request.Diffusion], cancellation);
        offered.Require([request.Retrieval, request.Diffusion]);
        if (!offered.Pictures.Contains(request.Diffusion))
            throw new CliException($"reward {request.Diffusion} does not look at drawings: --diffusion-reward names one that does");

        var train = await PicturesAsync(request.Images, "captions_train.json", cancellation);
        var pictures = new Dictionary<int, string>();
        foreach (var size in sizes) pictures[size] = await FirstAsync(train, size, cancellation);
        var heldOut = await PicturesAsync(request.HeldOut, "captions_heldout.json", cancellation);
        var with = new Ingredients(
            await connection.Checkpoints.ImportAsync(Captioner(request), cancellation),
            await FirstAsync(heldOut, request.HeldOutPictures, cancellation), request.Retrieval, request.Diffusion,
            request.Pack == ModelPlaces.TinyName && offered.Offers(Oracle) ? [Oracle] : []);
        return (with, pictures, offered);
    }

    string Captioner(PackRequest request)
    {
        if (request.Captioner is { } own) return own;
        if (request.Pack == ModelPlaces.TinyName) return Path.Combine(stack.Root, "models", "tiny", "captioner");
        var folder = Path.Combine(ModelPlaces.Find().Full, PublishedCaptioner);
        return Directory.Exists(folder)
            ? folder
            : throw new CliException($"there is no captioner in {folder}; fetch it with: {ThisCommand.Name} models pull full, or give --captioner");
    }

    async Task<PictureSet> PicturesAsync(string? asked, string embedded, CancellationToken cancellation)
    {
        var set = await new PictureArgument(connection)
            .ResolveAsync(asked ?? Path.Combine(stack.Root, "models", "tiny", "pictures", embedded), cancellation);
        return await connection.PictureSets.LoadAsync(set, cancellation);
    }

    async Task<string> FirstAsync(PictureSet set, int count, CancellationToken cancellation) => set.Pictures.Count >= count
        ? await connection.PictureSets.SaveAsync(DemoSettings.First(set, count), cancellation)
        : throw new CliException($"picture set {set.Name} has {Format.Count(set.Pictures.Count, "picture")}; {count} are needed");
}
