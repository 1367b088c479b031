using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Pipeline.Hosting;

/// <summary>The pipeline's own traces and metrics.</summary>
public static class PipelineTelemetry
{
    /// <summary>Name of the source and the meter.</summary>
    public const string Name = "Pipeline";

    /// <summary>Starts spans.</summary>
    public static readonly ActivitySource Source = new(Name);

    /// <summary>Makes instruments.</summary>
    public static readonly Meter Meter = new(Name);

    /// <summary>
    /// Starts a trace of its own, whatever trace is under way. The orchestrator sends each micro-batch inside one: everything that any
    /// service does for these captions then belongs to that trace. Dispose it after sending.
    /// </summary>
    /// <param name="name">What the trace is about, such as <c>sample-captions</c>.</param>
    public static IDisposable StartTrace(string name)
    {
        var outer = Activity.Current;
        Activity.Current = null;
        return new Trace(Source.StartActivity(name, ActivityKind.Producer), outer);
    }

    sealed class Trace(Activity? activity, Activity? outer) : IDisposable
    {
        public void Dispose()
        {
            activity?.Dispose();
            Activity.Current = outer;
        }
    }
}
