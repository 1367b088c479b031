using MassTransit;

namespace Pipeline.Learner.StopRun;

/// <summary>Queue <c>stop-run</c>, one command at a time.</summary>
public sealed class StopRunConsumerDefinition : ConsumerDefinition<StopRunConsumer>
{
    /// <summary>Names the queue and bounds the concurrency.</summary>
    public StopRunConsumerDefinition()
    {
        EndpointName = "stop-run";
        ConcurrentMessageLimit = 1;
    }
}
