namespace Pipeline.TextToImage.Schedulers;

/// <summary>
/// Denoising diffusion implicit models, arxiv.org/abs/2010.02502: each step predicts the clean latents and puts back as much of the
/// predicted noise as belongs to the next time. Remembers nothing between steps.
/// </summary>
public sealed class DdimScheduler : IScheduler
{
    readonly SchedulerConfig config;
    readonly NoiseSchedule schedule;
    double[] timesteps = [];
    int stride;

    /// <summary>A scheduler after <paramref name="config"/>.</summary>
    public DdimScheduler(SchedulerConfig config) => (this.config, schedule) = (config, NoiseSchedule.Of(config));

    /// <inheritdoc/>
    public IReadOnlyList<double> Timesteps => timesteps;

    /// <inheritdoc/>
    public double InitNoiseSigma => 1;

    /// <inheritdoc/>
    public IReadOnlyList<double> SetTimesteps(int steps)
    {
        Require.Steps(steps, config);
        var times = Array.ConvertAll(Spacing.Descending(config, steps), Math.Round);
        Require.WithinTraining(times, config);
        stride = config.TrainTimesteps / steps;
        return timesteps = times;
    }

    /// <inheritdoc/>
    public double[] ScaleModelInput(ReadOnlySpan<double> sample, int index) => sample.ToArray();

    /// <inheritdoc/>
    public double[] Step(ReadOnlySpan<double> modelOutput, int index, ReadOnlySpan<double> sample, StepOptions options = default)
    {
        Require.Index(index, timesteps);
        Require.SameLength(modelOutput, nameof(modelOutput), sample);
        if (options.Eta is not (>= 0 and <= 1))
            throw new ArgumentException($"Eta is {options.Eta}; it must be from 0 to 1.", nameof(options));
        if (options.Eta > 0)
            Require.SameLength(options.VarianceNoise, nameof(options.VarianceNoise), sample);

        var (now, next) = Signals(index);
        var (signal, noise) = (Math.Sqrt(now), Math.Sqrt(1 - now));
        // Formula 16; then formula 12: the clean latents, the direction to them, and noise.
        var deviation = options.Eta * Math.Sqrt((1 - next) / (1 - now) * (1 - now / next));
        var (cleanWeight, directionWeight) = (Math.Sqrt(next), Math.Sqrt(Math.Max(1 - next - deviation * deviation, 0)));
        var result = new double[sample.Length];
        for (var i = 0; i < result.Length; i++)
        {
            var (clean, epsilon) = config.Prediction switch
            {
                PredictionType.Epsilon => ((sample[i] - noise * modelOutput[i]) / signal, modelOutput[i]),
                PredictionType.Sample => (modelOutput[i], (sample[i] - signal * modelOutput[i]) / noise),
                _ => (signal * sample[i] - noise * modelOutput[i], signal * modelOutput[i] + noise * sample[i]),
            };
            if (config.ClipSampleRange is { } range)
                clean = Math.Clamp(clean, -range, range);
            if (options.UseClippedModelOutput)
                epsilon = (sample[i] - signal * clean) / noise;
            result[i] = cleanWeight * clean + directionWeight * epsilon;
            if (options.Eta > 0)
                result[i] += deviation * options.VarianceNoise[i];
        }

        return result;
    }

    /// <inheritdoc/>
    public double[] AddNoise(ReadOnlySpan<double> clean, ReadOnlySpan<double> noise, double timestep) =>
        Mix.AtTimestep(schedule, clean, noise, timestep);

    (double Now, double Next) Signals(int index)
    {
        var timestep = (int)timesteps[index];
        var next = timestep - stride;
        return (schedule[timestep], next >= 0 ? schedule[next] : config.SetAlphaToOne ? 1 : schedule[0]);
    }
}
