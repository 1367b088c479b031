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
        api.MapGet("/queues/{queue}/parked", (string queue, IOptions<PipelineOptions> options, CancellationToken cancellation) =>
                ParkedQueue.ReadAsync(options.Value.RabbitMq, Named(queue) + Queue.Parked, cancellation))
            .WithName("GetParked").WithTags("Pipeline").WithSummary($"Messages of a queue that were given up, oldest first, at most {ParkedQueue.Most}");
        api.MapPost("/queues/{queue}/requeue", async (string queue, IOptions<PipelineOptions> options, CancellationToken cancellation) =>
                new Requeued(await ParkedQueue.RequeueAsync(options.Value.RabbitMq, Named(queue), cancellation)))
            .WithName("Requeue").WithTags("Pipeline").WithSummary("Give a queue's parked messages to it again")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Maps the button.</summary>
    public static void MapRequeueForm(this IEndpointRouteBuilder app) =>
        app.MapPost("/pipeline/{queue}/requeue", async (string queue, IOptions<PipelineOptions> options, CancellationToken cancellation) =>
        {
            var count = await ParkedQueue.RequeueAsync(options.Value.RabbitMq, Named(queue), cancellation);
            return Results.Redirect($"/pipeline?requeued={count}&queue={queue}");
        }).DisableAntiforgery().ExcludeFromDescription();

    static string Named(string queue) =>
        QueueName.IsMatch(queue) ? queue : throw new MissingException($"There is no queue '{queue}'.");

    [GeneratedRegex("^[a-z0-9-]{1,200}$")]
    private static partial Regex QueueName { get; }
}
