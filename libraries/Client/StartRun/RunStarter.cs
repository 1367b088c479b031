using System.Text;
using Pipeline.Contracts;

namespace Pipeline.Client;

/// <summary>Asks the Learner for runs.</summary>
public sealed class RunStarter(Connection connection)
{
    /// <summary>The runs that were already made with exactly these settings, oldest first, and the id that the next one gets.</summary>
    public async Task<(IReadOnlyList<RunHistory> Earlier, Guid Next)> AttemptsAsync(RunSettings settings, CancellationToken cancellation)
    {
        var runs = new RunCatalogue(connection);
        var known = (await runs.AllAsync(cancellation)).Select(run => run.Run.RunId).ToHashSet();
        var canonical = Encoding.UTF8.GetString(CanonicalJson.Serialize(settings));
        var earlier = new List<RunHistory>();
        for (var attempt = 0; ; attempt++)
        {
            var runId = Ids.Run(canonical, attempt);
            if (!known.Contains(runId)) return (earlier, runId);
            earlier.Add(await runs.LoadAsync(runId, cancellation));
        }
    }

    /// <summary>Starts a new run.</summary>
    public async Task<Guid> StartAsync(RunSettings settings, CancellationToken cancellation)
    {
        var (_, runId) = await AttemptsAsync(settings, cancellation);
        await connection.SendAsync(new Contracts.StartRun(runId, settings), cancellation);
        return runId;
    }
}
