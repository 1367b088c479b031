using System.Diagnostics.Metrics;
using Pipeline.Contracts;

namespace Pipeline.Hosting;

/// <summary>
/// What the pipeline counts and times for OpenTelemetry. The history is in the store; these figures are for dashboards and alarms.
/// </summary>
public static class PipelineMetrics
{
    static readonly Counter<long> Captions = PipelineTelemetry.Meter.CreateCounter<long>(
        "pipeline.captions", "{caption}", "Captions that passed a stage; tags: stage, reward (when scored).");

    static readonly Histogram<double> BatchDuration = PipelineTelemetry.Meter.CreateHistogram<double>(
        "pipeline.batch.duration", "s", "Work on one micro-batch; tags: stage, reward (when scored).");

    static readonly Counter<long> Drawings = PipelineTelemetry.Meter.CreateCounter<long>(
        "pipeline.drawings", "{caption}", "Captions to be drawn; tag: result (drawn, or found drawn already). found / all is the hit rate.");

    static readonly Counter<long> PolicyVersions = PipelineTelemetry.Meter.CreateCounter<long>(
        "pipeline.policy.versions", "{version}", "Policy versions made.");

    static readonly Gauge<double> PolicyMetric = PipelineTelemetry.Meter.CreateGauge<double>(
        "pipeline.policy.metric", description: "The newest version's figures; tags: metric (such as objective/kl), run.");

    static readonly Histogram<double> StepDuration = PipelineTelemetry.Meter.CreateHistogram<double>(
        "pipeline.step.duration", "s", "A learning step by part; tag: part (sample, score, wait, reference, update, save).");

    /// <summary>A worker has dealt with a micro-batch.</summary>
    /// <param name="stage">What it did: sampled, rendered or scored.</param>
    /// <param name="captions">How many captions.</param>
    /// <param name="milliseconds">How long it took.</param>
    /// <param name="reward">The reward, when scored.</param>
    public static void BatchDone(string stage, int captions, double milliseconds, string? reward = null)
    {
        KeyValuePair<string, object?>[] tags = reward is null ? [new("stage", stage)] : [new("stage", stage), new("reward", reward)];
        Captions.Add(captions, tags);
        BatchDuration.Record(milliseconds / 1000, tags);
    }

    /// <summary>Captions were to be drawn: how many were, and how many were found drawn already.</summary>
    public static void Drawn(int drawn, int found)
    {
        Drawings.Add(drawn, new KeyValuePair<string, object?>("result", "drawn"));
        Drawings.Add(found, new KeyValuePair<string, object?>("result", "found"));
    }

    /// <summary>A policy version was made.</summary>
    public static void PolicyMade(PolicyUpdated updated)
    {
        PolicyVersions.Add(1);
        foreach (var (name, value) in updated.Metrics) PolicyMetric.Record(value, new("metric", name), new("run", updated.RunId));
        foreach (var (name, milliseconds) in updated.Timings)
            StepDuration.Record(milliseconds / 1000, new KeyValuePair<string, object?>("part", name["time/".Length..]));
    }
}
