namespace Pipeline.TextToImage.Schedulers;

/// <summary>diffusers' keys and, for each class, its defaults (0.30.3) and the values that are not supported here.</summary>
static class SchedulerConfigReader
{
    public static SchedulerConfig Read(ConfigKeys keys, SchedulerClass? scheduler)
    {
        var config = Common(keys, scheduler ?? Class(keys));
        return config.Class switch
        {
            SchedulerClass.Ddim => Ddim(keys, config),
            SchedulerClass.Pndm => Pndm(keys, config),
            SchedulerClass.EulerDiscrete => Euler(keys, config),
            _ => DpmSolver(keys, config),
        };
    }

    static SchedulerClass Class(ConfigKeys keys) =>
        (keys.Text("_class_name") is { } name ? SchedulerNames.Find(name) : null)
        ?? throw keys.Refused("_class_name", string.Join(", ", SchedulerNames.Diffusers));

    static SchedulerConfig Common(ConfigKeys keys, SchedulerClass scheduler)
    {
        var steps = keys.Integer("num_train_timesteps", 1000, 1, 1_000_000);
        var solvesSigmas = scheduler is SchedulerClass.EulerDiscrete or SchedulerClass.DpmSolverMultistep;
        return new SchedulerConfig
        {
            Class = scheduler,
            TrainTimesteps = steps,
            BetaStart = keys.Number("beta_start", IsBeta, "a number above 0 and below 1") ?? 0.0001,
            BetaEnd = keys.Number("beta_end", IsBeta, "a number above 0 and below 1") ?? 0.02,
            BetaSchedule = keys.Choice("beta_schedule", BetaSchedule.Linear,
                ("linear", BetaSchedule.Linear), ("scaled_linear", BetaSchedule.ScaledLinear),
                ("squaredcos_cap_v2", BetaSchedule.SquaredCosine)),
            TrainedBetas = keys.Numbers("trained_betas", steps, beta => IsBeta(beta) || beta == 1, "above 0 and at most 1"),
            Spacing = keys.Choice("timestep_spacing", solvesSigmas ? TimestepSpacing.Linspace : TimestepSpacing.Leading,
                ("leading", TimestepSpacing.Leading), ("trailing", TimestepSpacing.Trailing), ("linspace", TimestepSpacing.Linspace)),
            StepsOffset = keys.Integer("steps_offset", 0, 0),
            Prediction = Prediction(keys),
        };
    }

    static bool IsBeta(double number) => number is > 0 and < 1;

    static bool IsPositive(double number) => number > 0 && double.IsFinite(number);

    static PredictionType Prediction(ConfigKeys keys) => keys.Choice("prediction_type", PredictionType.Epsilon,
        ("epsilon", PredictionType.Epsilon), ("sample", PredictionType.Sample), ("v_prediction", PredictionType.Velocity));

    static SchedulerConfig Ddim(ConfigKeys keys, SchedulerConfig config)
    {
        keys.MustBeOff("thresholding");
        return config with
        {
            RescaleBetasZeroSnr = keys.Flag("rescale_betas_zero_snr", false),
            SetAlphaToOne = keys.Flag("set_alpha_to_one", true),
            ClipSampleRange = keys.Flag("clip_sample", true) ? keys.Number("clip_sample_range", IsPositive, "a number above 0") ?? 1 : null,
        };
    }

    static SchedulerConfig Pndm(ConfigKeys keys, SchedulerConfig config)
    {
        if (config.Prediction == PredictionType.Sample)
            throw keys.Refused("prediction_type", "epsilon, v_prediction");
        return config with
        {
            SetAlphaToOne = keys.Flag("set_alpha_to_one", false),
            SkipPrkSteps = keys.Flag("skip_prk_steps", false),
        };
    }

    static SchedulerConfig Euler(ConfigKeys keys, SchedulerConfig config)
    {
        keys.Choice("interpolation_type", "linear", ("linear", "linear"));
        keys.Choice("timestep_type", "discrete", ("discrete", "discrete"));
        keys.MustBeOff("use_exponential_sigmas");
        keys.MustBeOff("use_beta_sigmas");
        return config with
        {
            RescaleBetasZeroSnr = keys.Flag("rescale_betas_zero_snr", false),
            SigmaSpread = keys.Flag("use_karras_sigmas", false) ? SigmaSpread.Karras : SigmaSpread.Timesteps,
            SigmaMin = keys.Number("sigma_min", IsPositive, "a number above 0"),
            SigmaMax = keys.Number("sigma_max", IsPositive, "a number above 0"),
            FinalSigmaZero = FinalSigmaZero(keys),
        };
    }

    static SchedulerConfig DpmSolver(ConfigKeys keys, SchedulerConfig config)
    {
        keys.MustBeOff("thresholding");
        keys.MustBeOff("use_exponential_sigmas");
        keys.MustBeOff("use_beta_sigmas");
        keys.MustBeOff("use_flow_sigmas");
        // DEIS' and UniPC's values are in files that are read for this class; diffusers takes them for the nearest of its own.
        keys.Choice("algorithm_type", "dpmsolver++", ("dpmsolver++", "dpmsolver++"), ("deis", "dpmsolver++"));
        if (keys.Text("variance_type") is not null)
            throw keys.Refused("variance_type", "null");
        return config with
        {
            RescaleBetasZeroSnr = keys.Flag("rescale_betas_zero_snr", false),
            SigmaSpread = keys.Flag("use_karras_sigmas", false) ? SigmaSpread.Karras
                : keys.Flag("use_lu_lambdas", false) ? SigmaSpread.LogUniform : SigmaSpread.Timesteps,
            FinalSigmaZero = FinalSigmaZero(keys),
            SolverOrder = keys.Integer("solver_order", 2, 1, 3),
            SolverType = keys.Choice("solver_type", SolverType.Midpoint,
                ("midpoint", SolverType.Midpoint), ("heun", SolverType.Heun),
                ("logrho", SolverType.Midpoint), ("bh1", SolverType.Midpoint), ("bh2", SolverType.Midpoint)),
            LowerOrderFinal = keys.Flag("lower_order_final", true),
            EulerAtFinal = keys.Flag("euler_at_final", false),
            LambdaMinClipped = keys.Number("lambda_min_clipped", lambda => lambda < double.PositiveInfinity, "a number or -Infinity")
                ?? double.NegativeInfinity,
        };
    }

    static bool FinalSigmaZero(ConfigKeys keys) => keys.Choice("final_sigmas_type", true, ("zero", true), ("sigma_min", false));
}
