using MassTransit;

namespace Pipeline.Hosting;

/// <summary>
/// Refuses a queue that would take two message types: raw JSON does not say its type, so each consumer of the queue would read every
/// message as its own.
/// </summary>
sealed class OneMessagePerQueue(string queue) : IConsumerConfigurationObserver
{
    Type? _message;

    public void ConsumerConfigured<TConsumer>(IConsumerConfigurator<TConsumer> configurator)
        where TConsumer : class
    {
    }

    public void ConsumerMessageConfigured<TConsumer, TMessage>(IConsumerMessageConfigurator<TConsumer, TMessage> configurator)
        where TConsumer : class
        where TMessage : class
    {
        if (_message is not null)
        {
            throw new InvalidOperationException(
                $"Queue '{queue}' would take {_message.Name} and {typeof(TMessage).Name}. "
                + "Give each message its own consumer with its own queue.");
        }
        _message = typeof(TMessage);
    }
}
