namespace Pipeline.TextToImage.Schedulers;

/// <summary>
/// Pseudo numerical methods for diffusion models, arxiv.org/abs/2202.09778: linear multistep (PLMS), after Runge-Kutta steps (PRK) unless
/// <see cref="SchedulerConfig.SkipPrkSteps"/>. Without them the second timestep is asked for twice: n steps are n + 1 predictions.
/// </summary>
public sealed class PndmScheduler : IScheduler
{
    /// <summary>Steps that Runge-Kutta takes, each of four predictions.</summary>
    const int RungeKuttaSteps = 3;

    readonly SchedulerConfig config;
    readonly NoiseSchedule schedule;
    readonly List<double[]> outputs = [];
    double[] timesteps = [];
    double[] started = [];
    double[] average = [];
    int stride;
    int next;

    /// <summary>A scheduler after <paramref name="config"/>.</summary>
    public PndmScheduler(SchedulerConfig config) => (this.config, schedule) = (config, NoiseSchedule.Of(config));

    /// <inheritdoc/>
    public IReadOnlyList<double> Timesteps => timesteps;

    /// <inheritdoc/>
    public double InitNoiseSigma => 1;

    int RungeKuttaCalls => config.SkipPrkSteps ? 0 : 4 * RungeKuttaSteps;

    /// <inheritdoc/>
    public IReadOnlyList<double> SetTimesteps(int steps)
    {
        Require.Steps(steps, config);
        if (!config.SkipPrkSteps && steps <= RungeKuttaSteps)
            throw new ArgumentOutOfRangeException(nameof(steps), steps,
                $"pndm: without skip_prk_steps a drawing takes at least {RungeKuttaSteps + 1} steps.");
        var times = Array.ConvertAll(Spacing.Descending(config, steps), Math.Round);
        Require.WithinTraining(times, config);
        stride = config.TrainTimesteps / steps;
        timesteps = config.SkipPrkSteps ? [.. times.Take(2), .. times.Skip(1)] : [.. RungeKutta(times), .. times.Skip(RungeKuttaSteps)];
        outputs.Clear();
        next = 0;
        return timesteps;
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
        return index < RungeKuttaCalls ? RungeKuttaStep(modelOutput, index, sample) : MultistepStep(modelOutput, index, sample);
    }

    /// <inheritdoc/>
    public double[] AddNoise(ReadOnlySpan<double> clean, ReadOnlySpan<double> noise, double timestep) =>
        Mix.AtTimestep(schedule, clean, noise, timestep);

    /// <summary>Each of the first steps asks at its time, twice at half of the way and at the next one's time.</summary>
    IEnumerable<double> RungeKutta(double[] times) => Enumerable.Range(0, RungeKuttaSteps)
        .SelectMany(step => new[] { times[step], times[step + 1] + stride / 2, times[step + 1] + stride / 2, times[step + 1] });

    double[] RungeKuttaStep(ReadOnlySpan<double> output, int index, ReadOnlySpan<double> sample)
    {
        var stage = index % 4;
        if (stage == 0)
        {
            outputs.Add(output.ToArray());
            started = sample.ToArray();
            average = new double[sample.Length];
        }

        // As in Runge-Kutta's method the four predictions weigh 1/6, 1/3, 1/3, 1/6; each but the last is only tried.
        average = Mix.Of(1, average, stage is 0 or 3 ? 1 / 6.0 : 1 / 3.0, output);
        var to = (int)timesteps[index] - (stage is 0 or 2 ? stride / 2 : 0);
        return Transfer(started, (int)timesteps[index - stage], to, stage == 3 ? average : output);
    }

    double[] MultistepStep(ReadOnlySpan<double> output, int index, ReadOnlySpan<double> sample)
    {
        var timestep = (int)timesteps[index];
        if (config.SkipPrkSteps && index == 1)
            // The first step again, now with the mean of the predictions at both of its ends.
            return Transfer(started, timestep + stride, timestep, Mix.Of(0.5, output, 0.5, outputs[0]));

        if (index == 0)
            started = sample.ToArray();
        if (outputs.Count == 4)
            outputs.RemoveAt(0);
        outputs.Add(output.ToArray());
        return Transfer(sample, timestep, timestep - stride, Extrapolated());
    }

    /// <summary>Adams-Bashforth of as many predictions as there are, up to four.</summary>
    double[] Extrapolated()
    {
        double[] weights = outputs.Count switch
        {
            1 => [1],
            2 => [-1 / 2.0, 3 / 2.0],
            3 => [5 / 12.0, -16 / 12.0, 23 / 12.0],
            _ => [-9 / 24.0, 37 / 24.0, -59 / 24.0, 55 / 24.0],
        };
        var sum = new double[outputs[0].Length];
        for (var i = 0; i < weights.Length; i++)
            sum = Mix.Of(1, sum, weights[i], outputs[i]);
        return sum;
    }

    /// <summary>
    /// The paper's transfer from one time to another: DDIM's step, as a sum of which no part grows beyond bounds where the signal is small.
    /// </summary>
    double[] Transfer(ReadOnlySpan<double> sample, int from, int to, ReadOnlySpan<double> output)
    {
        var now = schedule[from];
        var then = to >= 0 ? schedule[to] : config.SetAlphaToOne ? 1 : schedule[0];
        var weight = -(then - now) / (now * Math.Sqrt(1 - then) + Math.Sqrt(now * (1 - now) * then));
        var epsilon = config.Prediction == PredictionType.Velocity ? Mix.Of(Math.Sqrt(now), output, Math.Sqrt(1 - now), sample) : output;
        return Mix.Of(Math.Sqrt(then / now), sample, weight, epsilon);
    }
}
