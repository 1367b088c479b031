using MassTransit;

namespace Pipeline.Diffusion.RenderImages;

/// <summary>
/// Queue <c>render-images</c>. Two commands at a time: one stores and appends while the other is drawn. One more waits; more would keep
/// work from other workers.
/// </summary>
public sealed class RenderImagesConsumerDefinition : ConsumerDefinition<RenderImagesConsumer>
{
    /// <summary>Names the queue and bounds the concurrency.</summary>
    public RenderImagesConsumerDefinition()
    {
        EndpointName = "render-images";
        ConcurrentMessageLimit = 2;
        Endpoint(endpoint => endpoint.PrefetchCount = 3);
    }
}
