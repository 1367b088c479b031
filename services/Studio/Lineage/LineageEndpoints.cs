using Pipeline.Client;
using Pipeline.Projections;
using Pipeline.Projections.Captions;
using Pipeline.Projections.Policies;
using Pipeline.Projections.Runs;
using Pipeline.Studio.Shared;

namespace Pipeline.Studio.Lineage;

/// <summary>A version with what it came from and what came of it.</summary>
/// <param name="Run">Its run.</param>
/// <param name="Policy">The version.</param>
/// <param name="Learned">The captions that the step learned from which made it; none for version 0.</param>
/// <param name="Begun">The runs that began from it.</param>
/// <param name="Origin">Where the run's version 0 comes from, when that is another run.</param>
sealed record PolicyView(RunSummary Run, PolicyVersion Policy, IReadOnlyList<RewardedCaption> Learned, IReadOnlyList<RunOrigin> Begun, RunOrigin? Origin);

/// <summary>Reads versions.</summary>
sealed class PolicyReader(ProjectionStore projections)
{
    /// <summary>A version.</summary>
    /// <exception cref="MissingException">There is no such run or version.</exception>
    public async Task<PolicyView> ReadAsync(Guid runId, int version, CancellationToken cancellation)
    {
        var run = await projections.RunAsync(runId, cancellation) ?? throw new MissingException($"There is no run {runId}.");
        var policy = (await projections.PoliciesOfAsync(runId, version, 1, cancellation)).FirstOrDefault(found => found.Version == version)
            ?? throw new MissingException($"Run {Format.Short(runId)} has no version {version}: its newest is {run.Policy.Version}.");
        var origins = await projections.OriginsAsync(cancellation);
        return new(
            run, policy, version == 0 ? [] : await projections.LearnedByAsync(runId, version, cancellation),
            [.. origins.Where(origin => origin.Parent == runId && origin.ParentVersion == version)], origins.FirstOrDefault(origin => origin.RunId == runId));
    }
}

/// <summary>Versions, by the API.</summary>
static class LineageEndpoints
{
    /// <summary>The most versions of one answer.</summary>
    const int Most = 1000;

    /// <summary>Adds what they need.</summary>
    public static void AddLineagePages(this IServiceCollection services) => services.AddSingleton<PolicyReader>();

    /// <summary>Maps the API.</summary>
    public static void MapLineage(this IEndpointRouteBuilder api)
    {
        api.MapGet("/lineage", (ProjectionStore projections, CancellationToken cancellation) => projections.OriginsAsync(cancellation))
            .WithName("ListOrigins").WithTags("Lineage").WithSummary("The runs that began from another run's version, and from which");
        api.MapGet("/runs/{runId:guid}/versions", (Guid runId, ProjectionStore projections, CancellationToken cancellation, int from = 0, int count = 100) =>
                from < 0 || count is < 1 or > Most
                    ? throw new RequestException($"from must be at least 0, count from 1 to {Most}") : projections.PoliciesOfAsync(runId, from, count, cancellation))
            .WithName("ListVersions").WithTags("Lineage").WithSummary("A run's versions with the hashes of their weights and checkpoints");
        api.MapGet("/runs/{runId:guid}/versions/{version:int}", (Guid runId, int version, PolicyReader policies, CancellationToken cancellation) =>
                policies.ReadAsync(runId, version, cancellation))
            .WithName("GetVersion").WithTags("Lineage").WithSummary("A version: the captions that it learned from, and the runs that began from it")
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/policies/{sha256}", (string sha256, ProjectionStore projections, CancellationToken cancellation) => projections.PoliciesAsync(sha256, cancellation))
            .WithName("FindPolicies").WithTags("Lineage").WithSummary("The versions whose weights file or checkpoint has this SHA-256");
    }
}
