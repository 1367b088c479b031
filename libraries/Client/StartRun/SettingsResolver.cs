using Pipeline.Contracts;

namespace Pipeline.Client;

/// <summary>What somebody asks of a run; null where they say nothing.</summary>
/// <param name="Config">Text of a settings file.</param>
/// <param name="Preset">Name of a preset.</param>
/// <param name="Captioner">SHA-256 of the captioner's manifest.</param>
/// <param name="EmbeddedCaptioner">
/// SHA-256 of the manifest of the captioner that a run starts from when neither options nor file name one.
/// </param>
/// <param name="TrainPictures">SHA-256 of the training pictures.</param>
/// <param name="HeldOutPictures">SHA-256 of the held-out pictures.</param>
/// <param name="Rewards">Weights by name; empty for none given.</param>
/// <param name="Steps">Learning steps.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Name">A name for people.</param>
/// <param name="Drawing">How captions are drawn.</param>
/// <param name="Offered">The rewards that services offer; null while nobody has looked: then none is checked or drawn for.</param>
/// <param name="MayWait">Whether the run may wait for rewards that nobody offers yet.</param>
/// <param name="HowToWait">How whoever asks says so, as the end of a sentence.</param>
/// <param name="BatchSize">Captions per step; a micro-batch is never larger.</param>
/// <param name="LearningRate">AdamW's learning rate for the policy.</param>
/// <param name="KlCoefficient">The KL penalty's coefficient.</param>
public sealed record RunRequest(
    string? Config = null, string? Preset = null, string? Captioner = null, string? EmbeddedCaptioner = null, string? TrainPictures = null,
    string? HeldOutPictures = null, IReadOnlyDictionary<string, double>? Rewards = null, int? Steps = null, long? Seed = null,
    string? Name = null, DrawingRequest? Drawing = null, OfferedRewards? Offered = null, bool MayWait = false, string HowToWait = "",
    int? BatchSize = null, double? LearningRate = null, double? KlCoefficient = null);

/// <summary>Settings from a preset, a file and options: each has its say over those before it.</summary>
public static class SettingsResolver
{
    /// <summary>The preset of a run for which neither a preset nor a file is given.</summary>
    public const string DefaultPreset = "tiny";

    /// <summary>The same when a reward looks at drawn pictures, which take a hundred times longer than captions.</summary>
    public const string DefaultDrawingPreset = "tiny-diffusion";

    static readonly Dictionary<string, double> DefaultRewards = new() { ["blip"] = 1 };

    /// <summary>No content has this SHA-256, as far as anybody knows: it stands for what was not given.</summary>
    static readonly string NotGiven = new('0', 64);

    /// <summary>The settings that <paramref name="request"/> asks for, validated.</summary>
    /// <exception cref="SettingsException">A key is unknown, or a value not allowed; all of them are named.</exception>
    /// <exception cref="RequestException">Something that every run needs is not given.</exception>
    public static RunSettings Resolve(RunRequest request)
    {
        var preset = request.Preset ?? (request.Config is null ? Default(request) : null);
        var settings = new RunSettings
        {
            Name = preset ?? "run", Captioner = request.EmbeddedCaptioner ?? NotGiven, TrainPictures = NotGiven,
            Rewards = DefaultRewards,
        };
        if (preset is not null) settings = Presets.Apply(preset, settings);
        if (request.Config is not null) settings = SettingsFile.Merge(request.Config, settings);
        settings = settings with
        {
            Name = request.Name ?? settings.Name,
            Captioner = request.Captioner ?? settings.Captioner,
            TrainPictures = request.TrainPictures ?? settings.TrainPictures,
            HeldOutPictures = request.HeldOutPictures ?? settings.HeldOutPictures,
            Rewards = request.Rewards is { Count: > 0 } rewards ? rewards : settings.Rewards,
            Steps = request.Steps ?? settings.Steps,
            Seed = request.Seed ?? settings.Seed,
            BatchSize = request.BatchSize ?? settings.BatchSize,
            MicroBatch = Math.Min(settings.MicroBatch, request.BatchSize ?? settings.MicroBatch),
            Ppo = settings.Ppo with
            {
                LearningRate = request.LearningRate ?? settings.Ppo.LearningRate, KlCoefficient = request.KlCoefficient ?? settings.Ppo.KlCoefficient,
            },
        };
        if (settings.TrainPictures == NotGiven)
            throw new RequestException("a run needs pictures (--images, or `trainPictures` of its settings): an imported set, a folder, or a COCO captions JSON");
        if (settings.Captioner == NotGiven) throw new RequestException("a run needs a captioner to start from (`captioner` of its settings; on a terminal also --captioner FOLDER)");
        if (request.Offered is { } offered)
        {
            if (!request.MayWait) offered.Require(settings.Rewards.Keys, request.HowToWait);
            settings = settings with
            {
                Drawing = (request.Drawing ?? new()).Resolve(settings.Rewards.Keys, settings.Drawing, offered),
            };
        }
        RunSettingsValidator.Validate(settings);
        return settings;
    }

    static string Default(RunRequest request)
    {
        var rewards = request.Rewards is { Count: > 0 } asked ? asked : DefaultRewards;
        return request.Offered?.Pictures.Overlaps(rewards.Keys) == true ? DefaultDrawingPreset : DefaultPreset;
    }
}
