using System.Diagnostics;

namespace Pipeline.FullSize.Measuring;

/// <summary>How long something took.</summary>
/// <param name="Seconds">By the clock, whatever else the machine did.</param>
/// <param name="ProcessorSeconds">Of all cores together, for this process alone.</param>
public sealed record Duration(double Seconds, double ProcessorSeconds)
{
    /// <summary>For people.</summary>
    public override string ToString() => FormattableString.Invariant($"{Seconds:0.0} s ({ProcessorSeconds:0.0} s of processors)");
}

/// <summary>Takes the times of a step within its process.</summary>
public sealed class Stage
{
    readonly Stopwatch clock = Stopwatch.StartNew();

    /// <summary>From the beginning to <see cref="Loaded{T}"/>.</summary>
    public Duration Load { get; private set; } = new(0, 0);

    /// <summary>From there to <see cref="Done{T}"/>.</summary>
    public Duration Step { get; private set; } = new(0, 0);

    /// <summary>The model is there.</summary>
    public T Loaded<T>(T model)
    {
        Load = SoFar();
        return model;
    }

    /// <summary>The step was taken.</summary>
    public T Done<T>(T result)
    {
        var end = SoFar();
        Step = new(end.Seconds - Load.Seconds, end.ProcessorSeconds - Load.ProcessorSeconds);
        return result;
    }

    Duration SoFar()
    {
        using var process = Process.GetCurrentProcess();
        return new(clock.Elapsed.TotalSeconds, process.TotalProcessorTime.TotalSeconds);
    }
}
