using MassTransit;

namespace Pipeline.Learner.StartRun;

/// <summary>Queue <c>start-run</c>, one command at a time.</summary>
public sealed class StartRunConsumerDefinition : ConsumerDefinition<StartRunConsumer>
{
    /// <summary>Names the queue and bounds the concurrency.</summary>
    public StartRunConsumerDefinition()
    {
        EndpointName = "start-run";
        ConcurrentMessageLimit = 1;
    }
}
