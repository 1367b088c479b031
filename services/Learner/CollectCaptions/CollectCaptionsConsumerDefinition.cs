using MassTransit;

namespace Pipeline.Learner.CollectCaptions;

/// <summary>Queue <c>collect-captions</c>. Order does not matter.</summary>
public sealed class CollectCaptionsConsumerDefinition : ConsumerDefinition<CollectCaptionsConsumer>
{
    /// <summary>Names the queue and bounds the concurrency.</summary>
    public CollectCaptionsConsumerDefinition()
    {
        EndpointName = "collect-captions";
        ConcurrentMessageLimit = 16;
    }
}
