namespace Pipeline.TextToImage.Schedulers;

/// <summary>
/// The noise levels of a schedule, sigma = sqrt((1 - a) / a) for a signal's share of a: the noise beside a signal of unit strength. They
/// grow with the time. Single precision, as in diffusers.
/// </summary>
sealed class SigmaTable
{
    /// <summary>What stands for a share of zero, whose sigma would be infinite: the least half-precision number.</summary>
    const float LeastSignal = 1f / (1 << 24);

    readonly double[] sigmas;
    readonly double[] logarithms;

    public SigmaTable(NoiseSchedule schedule)
    {
        sigmas = new double[schedule.Count];
        for (var i = 0; i < sigmas.Length; i++)
        {
            var signal = schedule[i] == 0 ? LeastSignal : (float)schedule[i];
            sigmas[i] = MathF.Sqrt((1 - signal) / signal);
        }

        logarithms = Array.ConvertAll(sigmas, sigma => (double)MathF.Log((float)sigma));
    }

    /// <summary>The level of training step 0.</summary>
    public double Least => sigmas[0];

    /// <summary>The level of the last training step.</summary>
    public double Greatest => sigmas[^1];

    /// <summary>The level at a time between training steps, linear between them; beyond the ends that of the end.</summary>
    public double At(double timestep)
    {
        var time = Math.Clamp(timestep, 0, sigmas.Length - 1);
        var before = Math.Min((int)time, Math.Max(sigmas.Length - 2, 0));
        var after = Math.Min(before + 1, sigmas.Length - 1);
        return (sigmas[after] - sigmas[before]) * (time - before) + sigmas[before];
    }

    /// <summary>The time of a level: linear in its logarithm between training steps, within the ends.</summary>
    public double TimestepOf(double sigma)
    {
        if (logarithms.Length == 1)
            return 0;
        var logarithm = Math.Log(Math.Max(sigma, 1e-10));
        var after = Array.FindIndex(logarithms, known => known > logarithm);
        var before = Math.Clamp((after < 0 ? logarithms.Length : after) - 1, 0, logarithms.Length - 2);
        var share = (logarithms[before] - logarithm) / (logarithms[before] - logarithms[before + 1]);
        return before + Math.Clamp(share, 0, 1);
    }

    /// <summary>How many training steps have log(1 / sigma) of at least <paramref name="least"/>: the others are too noisy.</summary>
    public int CountWithLambdaFrom(double least) => logarithms.Count(logarithm => -logarithm >= least);

    /// <summary>Levels between two, both included: arxiv.org/abs/2206.00364, formula 5, rho = 7.</summary>
    public static double[] Karras(double greatest, double least, int count)
    {
        const double rho = 7;
        var (from, to) = (Math.Pow(greatest, 1 / rho), Math.Pow(least, 1 / rho));
        return Array.ConvertAll(Spacing.Evenly(0, 1, count), share => Math.Pow(from + share * (to - from), rho));
    }

    /// <summary>Levels from the greatest to the least, their logarithms evenly spaced.</summary>
    public double[] LogUniform(int count) => Array.ConvertAll(Spacing.Evenly(logarithms[^1], logarithms[0], count), Math.Exp);
}
