using Pipeline.Client;
using Pipeline.Contracts;
using Pipeline.Studio.Shared;

namespace Pipeline.Studio.StartRun;

/// <summary>Starting a run, by the form and by the API.</summary>
static class StartRunEndpoints
{
    /// <summary>What a run may be started with by the API.</summary>
    sealed record Started(Guid RunId);

    /// <summary>Maps <c>POST /api/runs</c>.</summary>
    public static void MapStartRun(this IEndpointRouteBuilder api) => api.MapPost("/runs", async (RunOrder order, RunOrders orders, CancellationToken cancellation) =>
        {
            var runId = await orders.StartAsync(order, cancellation);
            return TypedResults.Accepted($"/api/runs/{runId}", new Started(runId));
        })
        .WithName("StartRun")
        .WithTags("Runs")
        .WithSummary("Start a run: checks what is asked for and sends the command")
        .ProducesProblem(StatusCodes.Status400BadRequest);

    /// <summary>Maps the form.</summary>
    public static void MapStartRunForm(this IEndpointRouteBuilder app) =>
        app.MapPost("/runs/new", async (HttpContext http, RunOrders orders, CancellationToken cancellation) =>
        {
            var form = RunForm.Of(await http.Request.FormAsync(cancellation));
            if (form.Order(out form) is not { } order) return Again(form);
            try
            {
                return Results.Redirect($"/runs/{await orders.StartAsync(order, cancellation)}");
            }
            catch (SettingsException problems)
            {
                return Again(form.With(problems.Problems));
            }
            catch (RequestException problem)
            {
                return Again(form.With([problem.Message]));
            }
        }).WithOrder(-1) // the page has this address too, and takes what is posted there
            .DisableAntiforgery().ExcludeFromDescription();

    /// <summary>The form again, which says what is wrong, as what it is: a refusal.</summary>
    static IResult Again(RunForm form) => Results.Extensions.Page<StartRunPage>(new { Form = form }, StatusCodes.Status400BadRequest);
}
