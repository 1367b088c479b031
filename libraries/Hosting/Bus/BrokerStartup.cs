using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.Hosting;

/// <summary>
/// Waits for RabbitMQ before the bus starts. The bus would wait too, but with a stack trace for every attempt, and for a wrong password as
/// well.
/// </summary>
sealed class BrokerStartup(IOptions<PipelineOptions> options, ServiceIdentity identity, ILogger<BrokerStartup> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        Patience.WaitAsync("RabbitMQ", ConnectAsync, WhyItMayPass, log, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    async Task ConnectAsync(CancellationToken cancellation)
    {
        var factory = new ConnectionFactory { Uri = new Uri(options.Value.RabbitMq), ClientProvidedName = identity.Service };
        await using var connection = await factory.CreateConnectionAsync(cancellation);
        // A missing virtual host does not fail the connection but the first thing that it is used for.
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellation);
    }

    /// <summary>Not reachable, starting, or without the virtual host: all that may pass. A refused password will not.</summary>
    static string? WhyItMayPass(Exception error) => error switch
    {
        BrokerUnreachableException { InnerException: AuthenticationFailureException } => null,
        BrokerUnreachableException { InnerException: var inner } => inner?.Message ?? error.Message,
        OperationInterruptedException => error.Message,
        _ => null,
    };
}
