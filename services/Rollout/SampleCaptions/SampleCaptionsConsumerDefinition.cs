using MassTransit;

namespace Pipeline.Rollout.SampleCaptions;

/// <summary>Queue <c>sample-captions</c>. Two commands at a time: one decodes pictures and appends while the other computes.</summary>
public sealed class SampleCaptionsConsumerDefinition : ConsumerDefinition<SampleCaptionsConsumer>
{
    /// <summary>Names the queue and bounds the concurrency.</summary>
    public SampleCaptionsConsumerDefinition()
    {
        EndpointName = "sample-captions";
        ConcurrentMessageLimit = 2;
    }
}
