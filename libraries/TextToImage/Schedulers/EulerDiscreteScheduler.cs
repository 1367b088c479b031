namespace Pipeline.TextToImage.Schedulers;

/// <summary>
/// Euler's method on the probability flow of arxiv.org/abs/2206.00364 (algorithm 2 without churn). Latents are x0 + sigma noise, not of
/// unit variance: the model reads them scaled. Remembers nothing between steps.
/// </summary>
public sealed class EulerDiscreteScheduler : IScheduler
{
    readonly SchedulerConfig config;
    readonly SigmaTable table;
    double[] timesteps = [];
    double[] sigmas = [];

    /// <summary>A scheduler after <paramref name="config"/>.</summary>
    public EulerDiscreteScheduler(SchedulerConfig config) => (this.config, table) = (config, new SigmaTable(NoiseSchedule.Of(config)));

    /// <inheritdoc/>
    public IReadOnlyList<double> Timesteps => timesteps;

    /// <summary>The noise level at each timestep and, last, after the last step.</summary>
    public IReadOnlyList<double> Sigmas => sigmas;

    /// <inheritdoc/>
    public double InitNoiseSigma
    {
        get
        {
            var greatest = sigmas.Length == 0 ? table.Greatest : sigmas.Max();
            return config.Spacing == TimestepSpacing.Leading ? Math.Sqrt(greatest * greatest + 1) : greatest;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<double> SetTimesteps(int steps)
    {
        Require.Steps(steps, config);
        var times = Spacing.Descending(config, steps);
        var levels = Array.ConvertAll(times, time => table.At((float)time));
        if (config.SigmaSpread == SigmaSpread.Karras)
        {
            levels = SigmaTable.Karras(config.SigmaMax ?? levels[0], config.SigmaMin ?? levels[^1], steps);
            times = Array.ConvertAll(levels, table.TimestepOf);
        }

        sigmas = [.. levels.Select(level => (double)(float)level), config.FinalSigmaZero ? 0 : table.Least];
        return timesteps = Array.ConvertAll(times, time => (double)(float)time);
    }

    /// <inheritdoc/>
    public double[] ScaleModelInput(ReadOnlySpan<double> sample, int index)
    {
        Require.Index(index, timesteps);
        var deviation = Math.Sqrt(sigmas[index] * sigmas[index] + 1);
        return Array.ConvertAll(sample.ToArray(), value => value / deviation);
    }

    /// <inheritdoc/>
    public double[] Step(ReadOnlySpan<double> modelOutput, int index, ReadOnlySpan<double> sample, StepOptions options = default)
    {
        Require.Index(index, timesteps);
        Require.SameLength(modelOutput, nameof(modelOutput), sample);
        var (sigma, next) = (sigmas[index], sigmas[index + 1]);
        var variance = sigma * sigma + 1;
        var result = new double[sample.Length];
        for (var i = 0; i < result.Length; i++)
        {
            var clean = config.Prediction switch
            {
                PredictionType.Epsilon => sample[i] - sigma * modelOutput[i],
                PredictionType.Sample => modelOutput[i],
                _ => sample[i] / variance - modelOutput[i] * sigma / Math.Sqrt(variance),
            };
            result[i] = sample[i] + (sample[i] - clean) / sigma * (next - sigma);
        }

        return result;
    }

    /// <inheritdoc/>
    public double[] AddNoise(ReadOnlySpan<double> clean, ReadOnlySpan<double> noise, double timestep)
    {
        Require.SameLength(noise, nameof(noise), clean);
        return Mix.Of(1, clean, sigmas[Require.IndexOf(timestep, timesteps)], noise);
    }
}
