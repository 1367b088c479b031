using Microsoft.OpenApi;

namespace Pipeline.Studio.Shared;

/// <summary>What all of the HTTP API has in common: its place, its description, its way to say what went wrong.</summary>
static class StudioApi
{
    /// <summary>Adds the description.</summary>
    public static void AddStudioApi(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // so that the answer says what could not be read
        services.AddOpenApi("openapi", options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new()
            {
                Title = "Captioner pipeline: Studio", Version = "1",
                Description = "Reads what the pipeline recorded: runs, captions, pictures, policies, replays, queues. Runs are changed by commands only. "
                    + "Every answer is 401 without the cookie of a signed-in browser or `Authorization: Bearer TOKEN`. "
                    + "Times are ISO 8601 in UTC; what was not found is 404, what cannot be done 400, both as application/problem+json.",
            };
            document.Components ??= new();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["token"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The token that was printed at the first start." },
            };
            document.Security = [new() { [new("token", document)] = [] }];
            return Task.CompletedTask;
        }));
    }

    /// <summary>Where the API is, and its description at <c>/api/openapi.json</c>.</summary>
    public static IEndpointRouteBuilder MapStudioApi(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi("/api/{documentName}.json");
        return app.MapGroup("/api");
    }
}
