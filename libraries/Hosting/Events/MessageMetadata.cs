using MassTransit;

namespace Pipeline.Hosting;

/// <summary>An event to be appended.</summary>
/// <param name="Stream">Its stream, see <see cref="Contracts.Streams"/>.</param>
/// <param name="Id">Its id, see <see cref="Contracts.Ids.Event"/>: the same id is stored once, ever.</param>
/// <param name="Data">The event: a record of <see cref="Contracts.EventNames.All"/>.</param>
public sealed record NewEvent(string Stream, Guid Id, object Data);

/// <summary>Why an event came to be; stored beside it.</summary>
/// <param name="RunId">The run: the stored correlation id.</param>
/// <param name="CausationId">Id of the message that caused it, or what else did.</param>
public sealed record MessageMetadata(Guid? RunId, string? CausationId)
{
    /// <summary>The metadata of events that consuming <paramref name="context"/> makes.</summary>
    public static MessageMetadata From<T>(ConsumeContext<T> context)
        where T : class =>
        new(MessageProperties.RunIdOf(context.Message) ?? context.CorrelationId, context.MessageId?.ToString("D"));
}
