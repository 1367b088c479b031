using Pipeline.Contracts;

namespace Pipeline.Cli.Reproduce.Paper.Plan;

/// <summary>What all experiments are made with.</summary>
/// <param name="Captioner">SHA-256 of the manifest of the captioner that learns.</param>
/// <param name="HeldOut">SHA-256 of the held-out pictures.</param>
/// <param name="Retrieval">Name of the reward that compares picture and caption.</param>
/// <param name="Diffusion">Name of the reward that compares picture and drawings.</param>
/// <param name="Watching">Rewards that are only recorded, such as an oracle.</param>
sealed record Ingredients(string Captioner, string HeldOut, string Retrieval, string Diffusion, IReadOnlyList<string> Watching)
{
    /// <summary>Every reward.</summary>
    public IReadOnlyList<string> Rewards => [Retrieval, Diffusion, .. Watching];
}

/// <summary>How a model pack's experiments are run.</summary>
/// <param name="Pack">The pack's name.</param>
/// <param name="RetrievalPreset">Name of the preset for the retrieval reward.</param>
/// <param name="DiffusionPreset">Name of the preset for the diffusion reward.</param>
/// <param name="Steps">Learning steps by reward and number of pictures.</param>
sealed record Recipe(string Pack, string RetrievalPreset, string DiffusionPreset, Func<Signal, int, int> Steps)
{
    /// <summary>Captions of a picture in a step, where estimators compare captions of one picture; divides all presets' batches.</summary>
    const int Group = 5;

    /// <summary>
    /// Where the KL penalty is varied, policies learn faster by this factor, and as fast to the end. At the embedded pack's own pace no penalty
    /// is needed for as long as a run takes (coefficient 0, one seed: more of everything, held-out pictures included).
    /// </summary>
    const double Push = 1.5;

    /// <summary>The embedded pack: enough steps for the curves to flatten, few enough for five seeds on two cores.</summary>
    public static Recipe Tiny { get; } = new("tiny", "tiny", "tiny-diffusion", (signal, pictures) =>
        signal == Signal.Diffusion ? 50 : pictures switch { 1 => 40, < 128 => 60, _ => 100 });

    /// <summary>The published models and the paper's settings: 300 iterations, 16 for 128 pictures.</summary>
    public static Recipe Full { get; } =
        new("full", "paper-retrieval", "paper-diffusion", (_, pictures) => pictures < 128 ? 300 : 16);

    /// <summary>The settings of an experiment's run.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="seed">Decides every random number of it.</param>
    /// <param name="with">What it is made with.</param>
    /// <param name="pictures">SHA-256 of its training pictures.</param>
    public RunSettings Settings(Experiment experiment, long seed, Ingredients with, string pictures)
    {
        var isDrawn = experiment.Signal == Signal.Diffusion;
        var weights = with.Watching.ToDictionary(name => name, _ => 0.0);
        if (isDrawn) weights[with.Diffusion] = 1;
        weights[with.Retrieval] = isDrawn ? 0 : 1;
        var preset = Presets.Apply(isDrawn ? DiffusionPreset : RetrievalPreset, new RunSettings
        {
            Captioner = with.Captioner, TrainPictures = pictures, HeldOutPictures = with.HeldOut, Rewards = weights,
            Drawing = isDrawn ? new DrawingSettings { Rewards = [with.Diffusion] } : null,
        });
        // Eight pictures have five captions each in a step, the others as many as fall on them.
        var isGrouped = experiment.Estimator is not null || experiment.Pictures * Group == preset.BatchSize;
        var settings = preset with
        {
            Name = $"reproduce {experiment.Name}", Seed = seed, Steps = Steps(experiment.Signal, experiment.Pictures), EvaluateEvery = 0,
            SamplesPerPicture = isGrouped ? Group : preset.SamplesPerPicture,
            Ppo = experiment.KlCoefficient is { } coefficient ? Pushed(preset.Ppo, coefficient) : preset.Ppo with
            {
                Advantage = experiment.Estimator ?? preset.Ppo.Advantage,
            },
        };
        RunSettingsValidator.Validate(settings);
        return settings;
    }

    static PpoSettings Pushed(PpoSettings ppo, double klCoefficient) => ppo with
    {
        LearningRate = ppo.LearningRate * Push, Schedule = LearningRateSchedule.Constant, KlCoefficient = klCoefficient, AdaptiveKlTarget = 0,
    };
}
