using Pipeline.Cli.Terminal;
using Pipeline.Contracts;

namespace Pipeline.Cli.Runs;

/// <summary>A policy as people type it: <c>RUN</c> for a run's newest, <c>RUN@VERSION</c> for one of its versions.</summary>
static class PolicyName
{
    /// <summary>The policy that <paramref name="name"/> means.</summary>
    /// <exception cref="CliException">There is no such run or version.</exception>
    public static async Task<(Guid RunId, PolicyRef Policy)> FindAsync(string name, RunCatalogue runs, CancellationToken cancellation)
    {
        var parts = name.Split('@', 2);
        var run = await runs.LoadAsync(await runs.FindAsync(parts[0], cancellation), cancellation);
        if (parts.Length == 1) return (run.RunId, run.Policy!);
        if (!int.TryParse(parts[1].TrimStart('v'), out var version))
            throw new CliException($"'{parts[1]}' is no version: RUN@VERSION has a number, such as {parts[0]}@3");
        var policy = run.PolicyOf(version)
            ?? throw new CliException($"run {Format.Short(run.RunId)} has no version {version}: its newest is {run.Steps.Count}");
        return (run.RunId, policy);
    }
}
