namespace Pipeline.TextToImage.Schedulers;

/// <summary>The schedulers that there are.</summary>
public enum SchedulerClass
{
    /// <summary>DDIMScheduler: arxiv.org/abs/2010.02502.</summary>
    Ddim,

    /// <summary>PNDMScheduler: arxiv.org/abs/2202.09778.</summary>
    Pndm,

    /// <summary>EulerDiscreteScheduler: algorithm 2 of arxiv.org/abs/2206.00364 without churn.</summary>
    EulerDiscrete,

    /// <summary>DPMSolverMultistepScheduler: DPM-Solver++ of arxiv.org/abs/2211.01095.</summary>
    DpmSolverMultistep,
}

/// <summary>The names of the schedulers.</summary>
public static class SchedulerNames
{
    static readonly (SchedulerClass Class, string Short, string Diffusers)[] Names =
    [
        (SchedulerClass.Ddim, "ddim", "DDIMScheduler"),
        (SchedulerClass.Pndm, "pndm", "PNDMScheduler"),
        (SchedulerClass.EulerDiscrete, "euler", "EulerDiscreteScheduler"),
        (SchedulerClass.DpmSolverMultistep, "dpmsolver++", "DPMSolverMultistepScheduler"),
    ];

    /// <summary>What a user calls them: ddim, pndm, euler, dpmsolver++.</summary>
    public static IReadOnlyList<string> Short { get; } = [.. Names.Select(name => name.Short)];

    /// <summary>What <c>_class_name</c> calls them.</summary>
    public static IReadOnlyList<string> Diffusers { get; } = [.. Names.Select(name => name.Diffusers)];

    /// <summary>The scheduler that <paramref name="name"/> means: its short name or that of diffusers' class.</summary>
    /// <exception cref="ArgumentException">There is none; the message names those that there are.</exception>
    public static SchedulerClass Parse(string name) => Find(name)
        ?? throw new ArgumentException($"There is no scheduler '{name}'; there are {string.Join(", ", Short)}.", nameof(name));

    /// <summary>The short name.</summary>
    public static string ShortName(this SchedulerClass scheduler) => Names.Single(name => name.Class == scheduler).Short;

    internal static SchedulerClass? Find(string name)
    {
        foreach (var known in Names)
            if (name == known.Short || name == known.Diffusers)
                return known.Class;
        return null;
    }
}
