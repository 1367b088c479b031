using System.Text;

namespace Pipeline.TextToImage.Schedulers;

/// <summary>A scheduler's configuration: diffusers' <c>scheduler_config.json</c>, read for one class.</summary>
public sealed record SchedulerConfig
{
    /// <summary>Which scheduler.</summary>
    public required SchedulerClass Class { get; init; }

    /// <summary>Steps that the model was trained with, at least 1.</summary>
    public int TrainTimesteps { get; init; } = 1000;

    /// <summary>How the betas run from <see cref="BetaStart"/> to <see cref="BetaEnd"/>.</summary>
    public BetaSchedule BetaSchedule { get; init; } = BetaSchedule.Linear;

    /// <summary>The first beta, above 0 and below 1.</summary>
    public double BetaStart { get; init; } = 0.0001;

    /// <summary>The last beta, above 0 and below 1.</summary>
    public double BetaEnd { get; init; } = 0.02;

    /// <summary>The betas themselves, <see cref="TrainTimesteps"/> of them, in place of a schedule; or null.</summary>
    public IReadOnlyList<double>? TrainedBetas { get; init; }

    /// <summary>Whether the last training step is made pure noise (arxiv.org/abs/2305.08891). PNDM cannot.</summary>
    public bool RescaleBetasZeroSnr { get; init; }

    /// <summary>What the model predicts.</summary>
    public PredictionType Prediction { get; init; } = PredictionType.Epsilon;

    /// <summary>Which of the training's steps are taken.</summary>
    public TimestepSpacing Spacing { get; init; }

    /// <summary>Added to every timestep of <see cref="TimestepSpacing.Leading"/>, at least 0.</summary>
    public int StepsOffset { get; init; }

    /// <summary>DDIM: what predicted clean latents are clipped to, from its negative on; null: they are not.</summary>
    public double? ClipSampleRange { get; init; }

    /// <summary>DDIM, PNDM: whether the last step ends at no noise at all, not at that of training step 0.</summary>
    public bool SetAlphaToOne { get; init; }

    /// <summary>PNDM: whether the Runge-Kutta steps at the start are left out.</summary>
    public bool SkipPrkSteps { get; init; }

    /// <summary>Euler, DPM-Solver++: how the noise levels are spread.</summary>
    public SigmaSpread SigmaSpread { get; init; } = SigmaSpread.Timesteps;

    /// <summary>Euler: the least of <see cref="SigmaSpread.Karras"/>' levels; null: that of the last timestep.</summary>
    public double? SigmaMin { get; init; }

    /// <summary>Euler: the greatest of <see cref="SigmaSpread.Karras"/>' levels; null: that of the first timestep.</summary>
    public double? SigmaMax { get; init; }

    /// <summary>Euler, DPM-Solver++: whether the last step ends at no noise at all, not at that of training step 0.</summary>
    public bool FinalSigmaZero { get; init; } = true;

    /// <summary>DPM-Solver++: how many predictions a step is made from, 1 to 3.</summary>
    public int SolverOrder { get; init; } = 2;

    /// <summary>DPM-Solver++: how the second order is weighted.</summary>
    public SolverType SolverType { get; init; } = SolverType.Midpoint;

    /// <summary>DPM-Solver++: whether the order falls towards the end of drawings with fewer than 15 steps.</summary>
    public bool LowerOrderFinal { get; init; } = true;

    /// <summary>DPM-Solver++: whether the last step is of the first order whatever the number of steps.</summary>
    public bool EulerAtFinal { get; init; }

    /// <summary>DPM-Solver++: drawings start where log(alpha / sigma) is at least this.</summary>
    public double LambdaMinClipped { get; init; } = double.NegativeInfinity;

    /// <summary>Reads the text of a <c>scheduler_config.json</c>.</summary>
    /// <param name="json">Its text; diffusers writes the bare literals <c>Infinity</c>, <c>-Infinity</c> and <c>NaN</c> into it.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="scheduler">
    /// The class to read it for, as with diffusers' <c>from_config</c>: keys that the class knows are taken over, whatever class the file
    /// names, and the others have the class' own defaults. Null: the class that <c>_class_name</c> names.
    /// </param>
    /// <exception cref="InvalidDataException">
    /// It is not JSON, or a value is not supported; the message has the file, the key, the value and what is allowed. Unknown keys are
    /// ignored.
    /// </exception>
    public static SchedulerConfig Parse(string json, string name, SchedulerClass? scheduler = null) =>
        SchedulerConfigReader.Read(ConfigKeys.Parse(json, name), scheduler);

    /// <summary>Reads <paramref name="path"/> of <paramref name="files"/>, see <see cref="Parse"/>.</summary>
    /// <exception cref="InvalidDataException">See <see cref="Parse"/>.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static SchedulerConfig Load(
        Models.IModelFiles files, SchedulerClass? scheduler = null, string path = "scheduler/scheduler_config.json")
    {
        using var reader = new StreamReader(files.OpenRead(path), Encoding.UTF8);
        return Parse(reader.ReadToEnd(), $"{files.Name}/{path}", scheduler);
    }
}
