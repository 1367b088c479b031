using Pipeline.Client;
using Pipeline.Studio.Run;
using Pipeline.Studio.Shared;
using Pipeline.Studio.StartRun;

namespace Pipeline.Studio.Runs;

/// <summary><c>/api/runs</c></summary>
static class RunListEndpoints
{
    /// <summary>The most runs of one answer.</summary>
    const int Most = 500;

    /// <summary>Runs and how many there are in all.</summary>
    sealed record Page(IReadOnlyList<RunLine> Runs, int All);

    /// <summary>Adds what all pages of runs need.</summary>
    public static void AddRunPages(this IServiceCollection services) => services
        .AddSingleton<RunList>().AddSingleton<RunReader>().AddSingleton<RunControl>().AddSingleton<RunWaits>()
        .AddSingleton<RewardChoices>().AddSingleton<EmbeddedPack>().AddSingleton<RunOrders>();

    /// <summary>Maps it.</summary>
    public static void MapRuns(this IEndpointRouteBuilder api) => api.MapGet("/runs", async (RunList list, CancellationToken cancellation, int from = 0, int count = 50) =>
        {
            if (from < 0 || count is < 1 or > Most) throw new RequestException($"from must be at least 0, count from 1 to {Most}");
            var (runs, all) = await list.PageAsync(from, count, cancellation);
            return new Page(runs, all);
        })
        .WithName("ListRuns").WithTags("Runs").WithSummary("Runs, newest first, with a small curve of what each learns from");
}
