using Pipeline.Contracts;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>The learning rate over a run, as a factor on the configured one: warm-up, then the schedule.</summary>
public static class LearningRate
{
    /// <summary>
    /// The factor of a step, in (0, 1]. It rises in equal parts to 1 at the last warm-up step, is 1 at the next, and from there stays or
    /// falls so that it would be 0 at the step after the last one: no step learns nothing.
    /// </summary>
    /// <param name="schedule">The shape after the warm-up.</param>
    /// <param name="warmupSteps">Warm-up steps, 0 or more.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="steps">The run's steps; a step beyond them counts as the last one.</param>
    public static double Factor(LearningRateSchedule schedule, int warmupSteps, int step, int steps)
    {
        if (step < warmupSteps)
            return (step + 1.0) / warmupSteps;
        var progress = (double)(Math.Min(step, steps - 1) - warmupSteps) / Math.Max(1, steps - warmupSteps);
        return schedule switch
        {
            LearningRateSchedule.Linear => 1 - progress,
            LearningRateSchedule.Cosine => (1 + Math.Cos(Math.PI * progress)) / 2,
            _ => 1,
        };
    }
}
