using MassTransit;

namespace Pipeline.Diffusion.PlanDrawings;

/// <summary>Queue <c>plan-drawings</c>. Order does not matter.</summary>
public sealed class PlanDrawingsConsumerDefinition : ConsumerDefinition<PlanDrawingsConsumer>
{
    /// <summary>Names the queue and bounds the concurrency.</summary>
    public PlanDrawingsConsumerDefinition()
    {
        EndpointName = "plan-drawings";
        ConcurrentMessageLimit = 16;
    }
}
