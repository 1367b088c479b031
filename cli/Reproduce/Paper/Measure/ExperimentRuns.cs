using Pipeline.Cli.Terminal;
using Pipeline.Cli.WatchRun;
using Pipeline.Contracts;

namespace Pipeline.Cli.Reproduce.Paper.Measure;

/// <summary>Runs with given settings, each made once: one that is done is taken as it is, one that was interrupted goes on.</summary>
/// <param name="connection">Where.</param>
/// <param name="say">Is told what a run waits for.</param>
sealed class ExperimentRuns(Connection connection, Action<string> say)
{
    /// <summary>The completed run of these settings.</summary>
    /// <exception cref="CliException">It failed.</exception>
    public async Task<RunHistory> CompletedAsync(RunSettings settings, CancellationToken cancellation)
    {
        var (earlier, next) = await new RunStarter(connection).AttemptsAsync(settings, cancellation);
        if (earlier.LastOrDefault(run => run.State == RunState.Completed) is { } done) return done;
        var run = earlier.Count > 0 ? await GoOnAsync(earlier[^1], cancellation) : await StartAsync(next, settings, cancellation);
        return run.State == RunState.Completed ? run : throw new CliException(RunView.StateLine(run));
    }

    async Task<RunHistory> StartAsync(Guid runId, RunSettings settings, CancellationToken cancellation)
    {
        await connection.SendAsync(new Contracts.StartRun(runId, settings), cancellation);
        return await FollowAsync(runId, 0, cancellation);
    }

    async Task<RunHistory> GoOnAsync(RunHistory run, CancellationToken cancellation)
    {
        if (run.State == RunState.Running) return await FollowAsync(run.RunId, 0, cancellation);
        await connection.SendAsync(new ResumeRun(run.RunId), cancellation);
        return await FollowAsync(run.RunId, run.Version, cancellation);
    }

    Task<RunHistory> FollowAsync(Guid runId, long seen, CancellationToken cancellation) =>
        new RunFollower(connection).FollowAsync(runId, new OnlyWaiting(say), seen, cancellation);

    /// <summary>
    /// Several runs are under way at once: of each only what it waits for is worth a word, and only when that lasts.
    /// </summary>
    sealed class OnlyWaiting(Action<string> say) : IRunView
    {
        static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
        DateTime? _since;

        public void Show(RunHistory run, string? waiting)
        {
            _since = waiting is null ? null : _since ?? DateTime.UtcNow;
            if (DateTime.UtcNow - _since > Long) say($"run {Format.Short(run.RunId)} waits for {waiting}");
        }
    }
}
