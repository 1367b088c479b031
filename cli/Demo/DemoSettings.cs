using Pipeline.Cli.ImportPictures;
using Pipeline.Cli.Local;
using Pipeline.Contracts;

namespace Pipeline.Cli.Demo;

/// <summary>What a demo is asked to learn from.</summary>
/// <param name="Rewards">The rewards that it learns from: blip, vgg or both.</param>
/// <param name="Pictures">The number of training pictures; null for as many as suit the reward.</param>
/// <param name="Steps">Learning steps; null for the preset's.</param>
/// <param name="Seed">The seed; null for the default.</param>
sealed record DemoRequest(IReadOnlyList<string> Rewards, int? Pictures = null, int? Steps = null, long? Seed = null)
{
    /// <summary>Whether captions are drawn, which takes a hundred times longer than to look at them: so it is a smaller demo.</summary>
    public bool IsDrawn => Rewards.Contains("vgg");

    /// <summary>How many training pictures; null for all.</summary>
    public int? TrainPictures => Pictures ?? (IsDrawn ? 8 : null);

    /// <summary>How many held-out pictures; null for all.</summary>
    public int? HeldOutPictures => IsDrawn ? 24 : null;

    /// <summary>The run. The reward that is not trained on and the oracle are recorded, as far as that costs nothing.</summary>
    public RunRequest Run(string captioner, string trainPictures, string heldOutPictures, OfferedRewards offered)
    {
        string[] recorded = IsDrawn ? ["blip", "oracle"] : ["oracle"];
        var weights = recorded.ToDictionary(name => name, _ => 0.0);
        foreach (var name in Rewards) weights[name] = 1;
        return new(
            Preset: IsDrawn ? SettingsResolver.DefaultDrawingPreset : SettingsResolver.DefaultPreset,
            Name: IsDrawn ? $"demo-{string.Join('-', Rewards.Order(StringComparer.Ordinal))}" : "demo", Steps: Steps, Seed: Seed,
            Rewards: weights, Captioner: captioner, TrainPictures: trainPictures, HeldOutPictures: heldOutPictures, Offered: offered);
    }
}

/// <summary>Takes the embedded pack in and makes a demo's settings of it.</summary>
sealed class DemoSettings(Connection connection, LocalStack stack)
{
    readonly string _pack = Path.Combine(stack.Root, "models", "tiny");

    /// <summary>The settings of the run that is asked for.</summary>
    public async Task<RunSettings> ResolveAsync(DemoRequest request, CancellationToken cancellation)
    {
        var captioner = await connection.Checkpoints.ImportAsync(Path.Combine(_pack, "captioner"), cancellation);
        var train = await PicturesAsync("captions_train.json", request.TrainPictures, cancellation);
        var heldOut = await PicturesAsync("captions_heldout.json", request.HeldOutPictures, cancellation);
        var offered = await new RewardDiscovery(connection.Options)
            .FindAsync([.. request.Run(captioner, train, heldOut, OfferedRewards.Of([])).Rewards!.Keys], cancellation);
        return SettingsResolver.Resolve(request.Run(captioner, train, heldOut, offered));
    }

    async Task<string> PicturesAsync(string file, int? count, CancellationToken cancellation)
    {
        var all = await new PictureArgument(connection).ResolveAsync(Path.Combine(_pack, "pictures", file), cancellation);
        if (count is null) return all;
        var set = await connection.PictureSets.LoadAsync(all, cancellation);
        return await connection.PictureSets.SaveAsync(First(set, count.Value), cancellation);
    }

    /// <summary>A set's first pictures, so that nobody chose the flattering ones.</summary>
    public static PictureSet First(PictureSet set, int count) =>
        new($"{set.Name}, first {count}", [.. set.Pictures.Take(count)]);
}
