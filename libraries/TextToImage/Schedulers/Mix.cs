namespace Pipeline.TextToImage.Schedulers;

/// <summary>Signal and noise put together.</summary>
static class Mix
{
    /// <summary><paramref name="a"/> x + <paramref name="b"/> y, number by number.</summary>
    public static double[] Of(double a, ReadOnlySpan<double> x, double b, ReadOnlySpan<double> y)
    {
        var mixed = new double[x.Length];
        for (var i = 0; i < mixed.Length; i++)
            mixed[i] = a * x[i] + b * y[i];
        return mixed;
    }

    /// <summary>
    /// sqrt(a) clean + sqrt(1 - a) noise, with the signal's share a at a whole training step: formula 4 of arxiv.org/abs/2010.02502.
    /// </summary>
    public static double[] AtTimestep(
        NoiseSchedule schedule, ReadOnlySpan<double> clean, ReadOnlySpan<double> noise, double timestep)
    {
        Require.SameLength(noise, nameof(noise), clean);
        if (timestep != Math.Floor(timestep) || timestep < 0 || timestep >= schedule.Count)
            throw new ArgumentException(
                $"{timestep} is no training step; they are the whole numbers from 0 to {schedule.Count - 1}.", nameof(timestep));
        var signal = schedule[(int)timestep];
        return Of(Math.Sqrt(signal), clean, Math.Sqrt(1 - signal), noise);
    }
}
