using System.Diagnostics.Metrics;

namespace Pipeline.Diffusion.Tests;

/// <summary>Counts what this process drew and what it found drawn already, as the service's own metric says.</summary>
sealed class DrawingCounter : IDisposable
{
    readonly MeterListener listener = new();
    long drawn, found;

    public DrawingCounter()
    {
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Name == "pipeline.drawings") listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            if (tags[0].Value is "drawn") Interlocked.Add(ref drawn, count);
            else Interlocked.Add(ref found, count);
        });
        listener.Start();
    }

    /// <summary>Captions drawn, and captions found drawn.</summary>
    public (long Drawn, long Found) Counts => (Interlocked.Read(ref drawn), Interlocked.Read(ref found));

    public void Dispose() => listener.Dispose();
}
