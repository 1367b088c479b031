namespace Pipeline.TextToImage.Schedulers;

/// <summary>
/// How much of the signal is left at each training step. Computed in single precision where diffusers does: its tables are part of what a
/// model was trained with, and trajectories differ visibly from those of exact tables.
/// </summary>
sealed class NoiseSchedule
{
    readonly double[] signal;

    NoiseSchedule(float[] alphasCumprod) => signal = Array.ConvertAll(alphasCumprod, value => (double)value);

    /// <summary>The number of training steps.</summary>
    public int Count => signal.Length;

    /// <summary>
    /// The signal's share of the variance at a training step, 0 to 1: the product of 1 - beta up to it (<c>alphas_cumprod</c>).
    /// </summary>
    public double this[int timestep] => signal[timestep];

    /// <summary>The schedule of <paramref name="config"/>.</summary>
    public static NoiseSchedule Of(SchedulerConfig config)
    {
        var betas = Betas(config);
        return new NoiseSchedule(CumulativeProduct(config.RescaleBetasZeroSnr ? RescaleToZeroSnr(betas) : betas));
    }

    static float[] Betas(SchedulerConfig config)
    {
        var count = config.TrainTimesteps;
        if (config.TrainedBetas is { } trained)
            return [.. trained.Select(beta => (float)beta)];
        return config.BetaSchedule switch
        {
            BetaSchedule.Linear => Evenly((float)config.BetaStart, (float)config.BetaEnd, count),
            BetaSchedule.ScaledLinear => Array.ConvertAll(
                Evenly((float)Math.Sqrt(config.BetaStart), (float)Math.Sqrt(config.BetaEnd), count), root => root * root),
            _ => SquaredCosine(count),
        };
    }

    /// <summary>torch.linspace: counted from the nearer end.</summary>
    static float[] Evenly(float start, float end, int count)
    {
        var step = count > 1 ? (end - start) / (count - 1) : 0;
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = i < count / 2 || count == 1 ? start + step * i : end - step * (count - 1 - i);
        return values;
    }

    /// <summary>arxiv.org/abs/2102.09672, formula 17: s = 0.008, betas capped at 0.999.</summary>
    static float[] SquaredCosine(int count)
    {
        static double Signal(double time) => Math.Pow(Math.Cos((time + 0.008) / 1.008 * Math.PI / 2), 2);
        var betas = new float[count];
        for (var i = 0; i < count; i++)
            betas[i] = (float)Math.Min(1 - Signal((i + 1.0) / count) / Signal((double)i / count), 0.999);
        return betas;
    }

    /// <summary>
    /// Betas whose last step leaves no signal: the square roots of the signal are shifted and scaled so that the last is 0 and the first
    /// stays (arxiv.org/abs/2305.08891, algorithm 1).
    /// </summary>
    static float[] RescaleToZeroSnr(float[] betas)
    {
        var roots = Array.ConvertAll(CumulativeProduct(betas), MathF.Sqrt);
        var (first, last) = (roots[0], roots[^1]);
        var signal = Array.ConvertAll(roots, root => (root - last) * (first / (first - last)))
            .Select(root => root * root).ToArray();
        var rescaled = new float[betas.Length];
        for (var i = 0; i < betas.Length; i++)
            rescaled[i] = 1 - (i == 0 ? signal[0] : signal[i] / signal[i - 1]);
        return rescaled;
    }

    /// <summary>torch.cumprod of 1 - beta: the running product is double, what is kept of it single.</summary>
    static float[] CumulativeProduct(float[] betas)
    {
        var product = 1.0;
        return Array.ConvertAll(betas, beta => (float)(product *= 1 - beta));
    }
}
