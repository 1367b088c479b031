using MassTransit;

namespace Pipeline.Hosting;

/// <summary>
/// A queue that is known only when the configuration is read, such as one per reward: MassTransit finds the others by the type of their
/// consumer, of which there can be only one. Register it as a singleton; it gets retry, error queue and all else that every queue has.
/// </summary>
/// <param name="Queue">The queue's name, in kebab case.</param>
/// <param name="Configure">Adds the consumer.</param>
public sealed record PipelineEndpoint(string Queue, Action<IReceiveEndpointConfigurator> Configure);
