namespace Pipeline.TextToImage.Schedulers;

/// <summary>
/// DPM-Solver++, arxiv.org/abs/2211.01095: the clean latents are predicted, and a step is made from up to three of the latest predictions.
/// </summary>
public sealed class DpmSolverMultistepScheduler : IScheduler
{
    /// <summary>Drawings with fewer steps end with lower orders when <see cref="SchedulerConfig.LowerOrderFinal"/> says so.</summary>
    const int ManySteps = 15;

    readonly SchedulerConfig config;
    readonly SigmaTable table;
    readonly List<double[]> predictions = [];
    double[] timesteps = [];
    double[] sigmas = [];
    int next;

    /// <summary>A scheduler after <paramref name="config"/>.</summary>
    public DpmSolverMultistepScheduler(SchedulerConfig config) =>
        (this.config, table) = (config, new SigmaTable(NoiseSchedule.Of(config)));

    /// <inheritdoc/>
    public IReadOnlyList<double> Timesteps => timesteps;

    /// <summary>The noise level at each timestep and, last, after the last step.</summary>
    public IReadOnlyList<double> Sigmas => sigmas;

    /// <inheritdoc/>
    public double InitNoiseSigma => 1;

    /// <inheritdoc/>
    public IReadOnlyList<double> SetTimesteps(int steps)
    {
        Require.Steps(steps, config);
        var (times, levels) = Levels(steps);
        for (var i = 1; i < levels.Length; i++)
            if (levels[i] >= levels[i - 1])
                throw new ArgumentOutOfRangeException(nameof(steps), steps,
                    $"dpmsolver++: two of the steps fall on one time ({times[i]}), between which there is nothing to solve; take fewer.");

        sigmas = [.. levels, config.FinalSigmaZero ? 0 : table.Least];
        predictions.Clear();
        next = 0;
        return timesteps = times;
    }

    /// <inheritdoc/>
    public double[] ScaleModelInput(ReadOnlySpan<double> sample, int index) => sample.ToArray();

    /// <inheritdoc/>
    public double[] Step(ReadOnlySpan<double> modelOutput, int index, ReadOnlySpan<double> sample, StepOptions options = default)
    {
        Require.Index(index, timesteps);
        Require.Turn(index, next);
        Require.SameLength(modelOutput, nameof(modelOutput), sample);
        next++;
        if (predictions.Count == config.SolverOrder)
            predictions.RemoveAt(0);
        predictions.Add(Clean(modelOutput, sample, sigmas[index]));
        return DpmSolverStep.Solve(
            predictions.TakeLast(Order(index)).Reverse().ToArray(), sigmas.AsSpan(0, index + 2), sample, config.SolverType);
    }

    /// <inheritdoc/>
    public double[] AddNoise(ReadOnlySpan<double> clean, ReadOnlySpan<double> noise, double timestep)
    {
        Require.SameLength(noise, nameof(noise), clean);
        var (signal, deviation) = DpmSolverStep.Weights(sigmas[Require.IndexOf(timestep, timesteps)]);
        return Mix.Of(signal, clean, deviation, noise);
    }

    (double[] Times, double[] Levels) Levels(int steps)
    {
        var times = Spacing.DescendingBeforeEnd(config, table.CountWithLambdaFrom(config.LambdaMinClipped), steps);
        var levels = config.SigmaSpread switch
        {
            SigmaSpread.Karras => SigmaTable.Karras(table.Greatest, table.Least, steps),
            SigmaSpread.LogUniform => table.LogUniform(steps),
            _ => Array.ConvertAll(times, table.At),
        };
        if (config.SigmaSpread != SigmaSpread.Timesteps)
            times = Array.ConvertAll(levels, level => Math.Round(table.TimestepOf(level)));
        return (times, Array.ConvertAll(levels, level => (double)(float)level));
    }

    int Order(int index)
    {
        var order = Math.Min(config.SolverOrder, index + 1);
        var left = timesteps.Length - index;
        var falls = config.LowerOrderFinal && timesteps.Length < ManySteps;
        if (left == 1 && (falls || config.EulerAtFinal || config.FinalSigmaZero))
            return 1;
        return left == 2 && falls ? Math.Min(order, 2) : order;
    }

    double[] Clean(ReadOnlySpan<double> output, ReadOnlySpan<double> sample, double sigma)
    {
        var (signal, noise) = DpmSolverStep.Weights(sigma);
        return config.Prediction switch
        {
            PredictionType.Epsilon => Mix.Of(1 / signal, sample, -noise / signal, output),
            PredictionType.Sample => output.ToArray(),
            _ => Mix.Of(signal, sample, -noise, output),
        };
    }
}
