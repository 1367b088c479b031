using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Pipeline.Client;
using Pipeline.Hosting;
using Pipeline.Studio.Shared;

namespace Pipeline.Studio.Queues;

/// <summary>The pipeline's state, and parked messages.</summary>
static partial class QueueEndpoints
{
    /// <summary>How many messages were given to their queue again.</summary>
    sealed record Requeued(int Messages);

    /// <summary>Adds what they need.</summary>
    public static void AddQueuePages(this IServiceCollection services) => services.AddSingleton<BlobCount>().AddSingleton<PipelineLook>();

    /// <summary>Maps the API.</summary>
    public static void MapQueues(this IEndpointRouteBuilder api)
    {
        api.MapGet("/pipeline", (PipelineLook look, CancellationToken cancellation) => look.NowAsync(cancellation))
            .WithName("GetPipeline").WithTags("Pipeline").WithSummary("Queues, workers, the last event of each service, sizes");
        api.MapGet("/queues/{queue}/parked", async (string queue, IOptions<PipelineOptions> options, CancellationToken cancellation) =>
                await ParkedQueue.ReadAsync(options.Value.RabbitMq, await NamedAsync(queue, options.Value, cancellation) + Queue.Parked, cancellation))
            .WithName("GetParked").WithTags("Pipeline").WithSummary($"Messages of a queue that were given up, oldest first, at most {ParkedQueue.Most}")
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("/queues/{queue}/requeue", async (string queue, IOptions<PipelineOptions> options, CancellationToken cancellation) =>
                new Requeued(await ParkedQueue.RequeueAsync(options.Value.RabbitMq, await NamedAsync(queue, options.Value, cancellation), cancellation)))
            .WithName("Requeue").WithTags("Pipeline").WithSummary("Give a queue's parked messages to it again")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Maps the button.</summary>
    public static void MapRequeueForm(this IEndpointRouteBuilder app) =>
        app.MapPost("/pipeline/{queue}/requeue", async (string queue, IOptions<PipelineOptions> options, CancellationToken cancellation) =>
        {
            var count = await ParkedQueue.RequeueAsync(options.Value.RabbitMq, await NamedAsync(queue, options.Value, cancellation), cancellation);
            return Results.Redirect($"/pipeline?requeued={count}&queue={queue}");
        }).DisableAntiforgery().ExcludeFromDescription();

    /// <summary>The name, when there is such a queue, or one with what it gave up: the broker says so also where the management API does not answer.</summary>
    static async Task<string> NamedAsync(string queue, PipelineOptions options, CancellationToken cancellation) =>
        QueueName.IsMatch(queue) && (await QueueProbe.MessagesAsync(options.RabbitMq, [queue, queue + Queue.Parked], cancellation)).Count > 0
            ? queue
            : throw new MissingException($"There is no queue '{queue}'.");

    [GeneratedRegex(@"\A[a-z0-9-]{1,200}\z")]
    private static partial Regex QueueName { get; }
}
