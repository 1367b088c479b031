using Pipeline.Client;
using Pipeline.Projections;
using Pipeline.Replays;
using Pipeline.Studio.Shared;

namespace Pipeline.Studio.Replays;

/// <summary>Replays: started, watched, read.</summary>
static class ReplayEndpoints
{
    /// <summary>The most replays of one answer.</summary>
    const int Most = 500;

    /// <summary>A replay that was begun.</summary>
    sealed record Begun(Guid ReplayId);

    /// <summary>Adds what they need.</summary>
    public static void AddReplayPages(this IServiceCollection services) => services.AddSingleton<ReplayRunner>().AddSingleton<ReplayReader>();

    /// <summary>Maps the API.</summary>
    public static void MapReplays(this IEndpointRouteBuilder api)
    {
        api.MapGet("/replays", (ProjectionStore projections, CancellationToken cancellation, int from = 0, int count = 50) =>
                from < 0 || count is < 1 or > Most
                    ? throw new RequestException($"from must be at least 0, count from 1 to {Most}") : projections.ReplaysAsync(from, count, cancellation))
            .WithName("ListReplays").WithTags("Replays").WithSummary("Replays of all runs, newest first");
        api.MapPost("/replays", async (ReplayOrder order, ReplayRunner runner, CancellationToken cancellation) =>
            {
                var replayId = await runner.StartAsync(order, cancellation);
                return TypedResults.Accepted($"/api/replays/{replayId}", new Begun(replayId));
            })
            .WithName("StartReplay").WithTags("Replays").WithSummary("Score a run's recorded captions again; steps are counted from 0").ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapGet("/replays/{replayId:guid}", (Guid replayId, ReplayReader replays, CancellationToken cancellation) => replays.ReadAsync(replayId, cancellation))
            .WithName("GetReplay").WithTags("Replays").WithSummary("A replay and its report: old against new, by version, and every caption").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/replays/{replayId:guid}/points", async (Guid replayId, ReplayReader replays, CancellationToken cancellation) =>
                new { points = await replays.PointsAsync(replayId, cancellation) })
            .WithName("GetReplayPoints").WithTags("Replays").WithSummary($"Captions with the old score as x and the new one as y, at most {ReplayReader.MostPoints}")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Maps the form and the button.</summary>
    public static void MapReplayForms(this IEndpointRouteBuilder app)
    {
        app.MapPost("/replays/new", async (HttpContext http, ReplayRunner runner, CancellationToken cancellation) =>
        {
            var form = ReplayForm.Of(await http.Request.FormAsync(cancellation));
            try
            {
                return Results.Redirect($"/replays/{await runner.StartAsync(form.Order(), cancellation)}");
            }
            catch (Exception problem) when (problem is RequestException or ReplayException)
            {
                return Results.Extensions.Page<StartReplayPage>(new { Form = form with { Problem = problem.Message } }, StatusCodes.Status400BadRequest);
            }
        }).WithOrder(-1) // the page has this address too, and takes what is posted there
            .DisableAntiforgery().ExcludeFromDescription();
        app.MapPost("/replays/{replayId:guid}/continue", async (Guid replayId, ReplayRunner runner, CancellationToken cancellation) =>
        {
            await runner.ContinueAsync(replayId, cancellation);
            return Results.Redirect($"/replays/{replayId}");
        }).DisableAntiforgery().ExcludeFromDescription();
    }
}
