namespace Pipeline.TextToImage.Schedulers;

/// <summary>The times of a drawing's steps, descending: table 2 of arxiv.org/abs/2305.08891 as diffusers rounds it.</summary>
static class Spacing
{
    /// <summary>
    /// For solvers of one step: DDIM, PNDM and Euler. Times of <see cref="TimestepSpacing.Linspace"/> are fractional: what rounds them
    /// differs.
    /// </summary>
    public static double[] Descending(SchedulerConfig config, int steps) => config.Spacing switch
    {
        TimestepSpacing.Linspace => Reversed(Evenly(0, config.TrainTimesteps - 1, steps)),
        TimestepSpacing.Trailing => Trailing(config.TrainTimesteps, config.TrainTimesteps, steps),
        _ => Leading(config.TrainTimesteps / steps, config.StepsOffset, steps),
    };

    /// <summary>For DPM-Solver++, which leaves out the end of what would be one step more; whole numbers.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="last">How many training steps are used, from the first on.</param>
    /// <param name="steps">How many steps.</param>
    public static double[] DescendingBeforeEnd(SchedulerConfig config, int last, int steps) => config.Spacing switch
    {
        TimestepSpacing.Linspace => Reversed(Array.ConvertAll(Evenly(0, last - 1, steps + 1), Math.Round))[..steps],
        TimestepSpacing.Trailing => Trailing(last, config.TrainTimesteps, steps),
        _ => Leading(last / (steps + 1), config.StepsOffset, steps + 1)[..steps],
    };

    /// <summary>numpy.linspace: from <paramref name="start"/> to <paramref name="end"/>, both included; one value is the start.</summary>
    public static double[] Evenly(double start, double end, int count)
    {
        var values = new double[count];
        var step = count > 1 ? (end - start) / (count - 1) : 0;
        for (var i = 0; i < count; i++)
            values[i] = i == count - 1 && i > 0 ? end : i * step + start;
        return values;
    }

    static double[] Leading(int stride, int offset, int count)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
            values[i] = (double)stride * (count - 1 - i) + offset;
        return values;
    }

    /// <summary>
    /// Backwards from <paramref name="last"/> by <paramref name="training"/> / <paramref name="steps"/>, halves rounded to the even number.
    /// The values are numpy.arange's to the last bit, since that decides how near-halves are rounded (937.5 of 48 steps of 1000). The count
    /// is exact; numpy.arange has one too many for some (61 of 1000), at a time of -1.
    /// </summary>
    static double[] Trailing(int last, int training, int steps)
    {
        var stride = (double)training / steps;
        var count = (int)(((long)last * steps + training - 1) / training);
        var values = new double[count];
        var difference = last - stride - last;
        for (var i = 0; i < count; i++)
            values[i] = Math.Round(last + i * difference) - 1;
        return values;
    }

    static double[] Reversed(double[] values)
    {
        Array.Reverse(values);
        return values;
    }
}
