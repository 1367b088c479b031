namespace Pipeline.TextToImage.Schedulers;

/// <summary>Makes schedulers.</summary>
public static class Scheduler
{
    /// <summary>A scheduler for one drawing. It costs a table of <see cref="SchedulerConfig.TrainTimesteps"/> numbers.</summary>
    public static IScheduler Create(SchedulerConfig config) => config.Class switch
    {
        SchedulerClass.Ddim => new DdimScheduler(config),
        SchedulerClass.Pndm => new PndmScheduler(config),
        SchedulerClass.EulerDiscrete => new EulerDiscreteScheduler(config),
        SchedulerClass.DpmSolverMultistep => new DpmSolverMultistepScheduler(config),
        _ => throw new ArgumentOutOfRangeException(nameof(config), config.Class, "There is no such scheduler."),
    };
}
