using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;

namespace Pipeline.Hosting;

/// <summary>
/// MassTransit on RabbitMQ: raw JSON in and out, quorum queues, confirmed and mandatory publishing, retry, then the <c>_error</c> queue.
/// </summary>
static class BusSetup
{
    public static void AddPipelineBus(
        this IServiceCollection services, ServiceIdentity identity, Action<IBusRegistrationConfigurator>? configure)
    {
        // MassTransit 8.5 drops what a host publishes before its bus is up, without an error, so no other hosted service may start before
        // the bus has. It can go when MassTransit keeps or refuses such publishes, or when an outbox stands between a service and the bus.
        // The loss has a second half, which neither cures: RabbitMQ confirms a message that no queue takes. So OutgoingMessage publishes as
        // mandatory, and who produces before the consumer's queue was declared fails and tries again (docs/adr/0003). That stays as long as
        // RabbitMQ confirms what it drops.
        services.Configure<MassTransitHostOptions>(host => host.WaitUntilStarted = true);
        services.AddHostedService<BrokerStartup>();
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(identity.Service, includeNamespace: false));
            configure?.Invoke(bus);
            bus.AddConfigureEndpointsCallback((context, queue, endpoint) => Endpoint(queue, endpoint, Options(context)));
            bus.UsingRabbitMq((context, rabbit) => Bus(context, rabbit, Options(context), identity));
        });
    }

    static PipelineOptions Options(IRegistrationContext context) => context.GetRequiredService<IOptions<PipelineOptions>>().Value;

    static void Bus(
        IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit, PipelineOptions options, ServiceIdentity identity)
    {
        rabbit.Host(new Uri(options.RabbitMq), identity.Service, host => host.PublisherConfirmation = true);
        rabbit.MessageTopology.SetEntityNameFormatter(new MessageNames());

        // Raw JSON, so that a reward service in any language can take part without knowing MassTransit.
        rabbit.ConfigureJsonSerializerOptions(_ => ContractJson.Configure(new JsonSerializerOptions()));
        rabbit.UseRawJsonSerializer(RawSerializerOptions.All, isDefault: true);
        rabbit.UseRawJsonDeserializer(RawSerializerOptions.All, isDefault: true);

        rabbit.UsePublishFilter(typeof(OutgoingMessage<>), context);
        rabbit.UseSendFilter(typeof(OutgoingMessage<>), context);
        rabbit.UseConsumeFilter(typeof(IncomingMessage<>), context);

        // MassTransit gives the error and skipped queues the arguments of their queue: keep the type, but a parked message stays parked.
        rabbit.SendTopology.ConfigureErrorSettings = Park;
        rabbit.SendTopology.ConfigureDeadLetterSettings = Park;
        foreach (var endpoint in context.GetServices<PipelineEndpoint>())
            rabbit.ReceiveEndpoint(endpoint.Queue, queue =>
            {
                Endpoint(endpoint.Queue, queue, options);
                endpoint.Configure(queue);
            });
        rabbit.ConfigureEndpoints(context);
    }

    static void Park(IRabbitMqQueueConfigurator queue)
    {
        foreach (var argument in (string[])["x-dead-letter-exchange", "x-delivery-limit"])
            queue.SetQueueArgument(argument, null);
    }

    static void Endpoint(string queue, IReceiveEndpointConfigurator endpoint, PipelineOptions options)
    {
        endpoint.ConnectConsumerConfigurationObserver(new OneMessagePerQueue(queue));
        endpoint.PublishFaults = false;
        endpoint.UseMessageRetry(retry => retry.Intervals([.. options.RetryDelays ?? PipelineOptions.DefaultRetryDelays]));

        if (endpoint is not IRabbitMqReceiveEndpointConfigurator rabbit) return;
        rabbit.SetQuorumQueue();

        // A message that kills its consumer comes back until the limit; then the broker itself parks it, in the queue where MassTransit
        // parks failures. Declared from the start, so that it is there to be counted. Not with the dead-letter strategy at-least-once: in
        // RabbitMQ 3.10 a virtual host that is deleted at the wrong moment takes that strategy's supervisor, and so every such queue of the
        // node, with it.
        rabbit.SetQueueArgument("x-delivery-limit", options.DeliveryLimit);
        rabbit.BindDeadLetterQueue($"{queue}_error", $"{queue}_error", parked => parked.SetQueueArgument("x-queue-type", "quorum"));
    }
}
