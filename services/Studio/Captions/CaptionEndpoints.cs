namespace Pipeline.Studio.Captions;

/// <summary>Captions, and computing them again.</summary>
static class CaptionEndpoints
{
    /// <summary>Adds what they need.</summary>
    public static void AddCaptionPages(this IServiceCollection services) => services.AddSingleton<CaptionReader>().AddSingleton<ExecutedAgain>();

    /// <summary>Maps the API.</summary>
    public static void MapCaptions(this IEndpointRouteBuilder api)
    {
        api.MapGet("/captions/{captionId:guid}", (Guid captionId, CaptionReader captions, CancellationToken cancellation) =>
                captions.ReadAsync(captionId, cancellation))
            .WithName("GetCaption").WithTags("Captions").WithSummary("A caption with every event of its stream, and the versions that learned from it")
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("/captions/{captionId:guid}/execute-again", async (
                Guid captionId, CaptionReader captions, ExecutedAgain again, CancellationToken cancellation) =>
                await again.RunAsync((await captions.ReadAsync(captionId, cancellation)).Caption.RunId, captionId, cancellation))
            .WithName("ExecuteAgain").WithTags("Captions").WithSummary("Write, draw and score a caption again, and compare; nothing is recorded")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Maps the button.</summary>
    public static void MapExecuteAgainForm(this IEndpointRouteBuilder app) =>
        app.MapPost("/captions/{captionId:guid}/execute-again", async (
            Guid captionId, CaptionReader captions, ExecutedAgain again, CancellationToken cancellation) =>
        {
            await again.RunAsync((await captions.ReadAsync(captionId, cancellation)).Caption.RunId, captionId, cancellation);
            return Results.Redirect($"/captions/{captionId}#again");
        }).DisableAntiforgery().ExcludeFromDescription();
}
