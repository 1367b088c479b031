namespace Pipeline.TextToImage.Schedulers;

/// <summary>What every scheduler asks of its caller.</summary>
static class Require
{
    /// <summary>As many steps as there were in training, or fewer.</summary>
    public static void Steps(int steps, SchedulerConfig config)
    {
        if (steps < 1 || steps > config.TrainTimesteps)
            throw new ArgumentOutOfRangeException(nameof(steps), steps,
                $"{config.Class.ShortName()}: a drawing takes 1 to {config.TrainTimesteps} steps, as many as the model was trained with.");
    }

    /// <summary>Times that the training had.</summary>
    public static void WithinTraining(double[] timesteps, SchedulerConfig config)
    {
        if (timesteps.Max() >= config.TrainTimesteps)
            throw new ArgumentOutOfRangeException(nameof(timesteps), timesteps.Max(),
                $"{config.Class.ShortName()}: {timesteps.Length} steps with steps_offset {config.StepsOffset} begin beyond the " +
                $"{config.TrainTimesteps} that the model was trained with; take fewer.");
    }

    /// <summary>An index of a timestep.</summary>
    public static void Index(int index, double[] timesteps)
    {
        if (index < 0 || index >= timesteps.Length)
            throw new ArgumentOutOfRangeException(nameof(index), index, timesteps.Length == 0
                ? "SetTimesteps comes first."
                : $"There are {timesteps.Length} timesteps.");
    }

    /// <summary>The turn of a scheduler that remembers.</summary>
    public static void Turn(int index, int next)
    {
        if (index != next)
            throw new InvalidOperationException(
                $"Step {index} was asked for where {next} is next: this scheduler remembers earlier predictions and takes each step once.");
    }

    /// <summary>As many numbers as latents.</summary>
    public static void SameLength(ReadOnlySpan<double> values, string name, ReadOnlySpan<double> sample)
    {
        if (values.Length != sample.Length)
            throw new ArgumentException($"{values.Length} numbers for {sample.Length} latents.", name);
    }

    /// <summary>The index of a time; where there are several, the second, as in diffusers.</summary>
    public static int IndexOf(double timestep, double[] timesteps)
    {
        var first = Array.IndexOf(timesteps, timestep);
        if (first < 0)
            throw new ArgumentException($"{timestep} is not among the {timesteps.Length} timesteps of this drawing.", nameof(timestep));
        var second = Array.IndexOf(timesteps, timestep, first + 1);
        return second < 0 ? first : second;
    }
}
