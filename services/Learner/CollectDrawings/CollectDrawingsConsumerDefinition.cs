using MassTransit;

namespace Pipeline.Learner.CollectDrawings;

/// <summary>Queue <c>collect-drawings</c>. Order does not matter.</summary>
public sealed class CollectDrawingsConsumerDefinition : ConsumerDefinition<CollectDrawingsConsumer>
{
    /// <summary>Names the queue and bounds the concurrency.</summary>
    public CollectDrawingsConsumerDefinition()
    {
        EndpointName = "collect-drawings";
        ConcurrentMessageLimit = 16;
    }
}
