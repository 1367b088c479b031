using MassTransit;
using Serilog.Core;
using Serilog.Core.Enrichers;

namespace Pipeline.Hosting;

/// <summary>
/// Puts the message's run, caption and policy version (<see cref="MessageProperties"/>) on every log line written while it is consumed.
/// </summary>
sealed class IncomingMessage<T> : IFilter<ConsumeContext<T>>
    where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        ILogEventEnricher[] properties =
            [.. MessageProperties.Of(context.Message).Select(property => new PropertyEnricher(property.Key, property.Value))];
        using (Serilog.Context.LogContext.Push(properties)) await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("log-properties");
}
