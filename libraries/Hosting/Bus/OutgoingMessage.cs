using MassTransit;
using Pipeline.Contracts;

namespace Pipeline.Hosting;

/// <summary>
/// What is set on everything that leaves a service: the run as correlation, and <c>mandatory</c> on whatever somebody has to act on, so
/// that a command or a result that no queue takes is an error of the producer and not a silent loss. What merely tells history (<see
/// cref="EventNames"/>) may go unheard.
/// </summary>
sealed class OutgoingMessage<T> : IFilter<SendContext<T>>, IFilter<PublishContext<T>>
    where T : class
{
    public Task Send(SendContext<T> context, IPipe<SendContext<T>> next)
    {
        Prepare(context);
        return next.Send(context);
    }

    public Task Send(PublishContext<T> context, IPipe<PublishContext<T>> next)
    {
        Prepare(context);
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("outgoing-message");

    static void Prepare(SendContext<T> context)
    {
        context.CorrelationId ??= MessageProperties.RunIdOf(context.Message);
        if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit)) rabbit.Mandatory = !EventNames.IsEvent(typeof(T));
    }
}
