using Spectre.Console;

namespace Pipeline.Cli.WatchRun;

/// <summary>Watching a run: a screen on a terminal, lines otherwise.</summary>
static class Watching
{
    /// <summary>Shows the run until it does not go on by itself. Ctrl-C ends the watch, never the run.</summary>
    /// <param name="console">Where to show it.</param>
    /// <param name="connection">Where the run is.</param>
    /// <param name="runId">The run.</param>
    /// <param name="seen">See <see cref="RunFollower.FollowAsync"/>.</param>
    /// <param name="hint">What Ctrl-C does, for the screen.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public static async Task<RunHistory> WatchAsync(
        IAnsiConsole console, Connection connection, Guid runId, long seen, string hint, CancellationToken cancellation)
    {
        var follower = new RunFollower(connection);
        if (!console.Profile.Out.IsTerminal) return await follower.FollowAsync(runId, new PlainLines(Console.Out), seen, cancellation);

        return await console.Live(new Markup($" run {Format.Short(runId)}"))
            .Overflow(VerticalOverflow.Crop)
            .StartAsync(live => follower.FollowAsync(runId, new LiveView(live, console, hint), seen, cancellation));
    }

    sealed class LiveView(LiveDisplayContext live, IAnsiConsole console, string hint) : IRunView
    {
        public void Show(RunHistory run, string? waiting)
        {
            live.UpdateTarget(Dashboard.Render(run, waiting, hint, console.Profile.Width, console.Profile.Height));
            live.Refresh();
        }
    }
}
