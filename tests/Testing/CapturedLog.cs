using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Serilog.Core;
using Serilog.Events;

namespace Pipeline.Testing;

/// <summary>Everything that a service logs, with its properties.</summary>
public sealed class CapturedLog : ILogEventSink
{
    readonly ConcurrentQueue<LogEvent> _events = [];

    /// <summary>What was logged so far, in order.</summary>
    public IReadOnlyCollection<LogEvent> Events => _events;

    /// <summary>What was logged so far, as text.</summary>
    public IEnumerable<string> Texts => _events.Select(@event => @event.RenderMessage());

    /// <summary>Listens to the service that is being built.</summary>
    public void AddTo(WebApplicationBuilder builder) => builder.Services.AddSingleton<ILogEventSink>(this);

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent) => _events.Enqueue(logEvent);
}
