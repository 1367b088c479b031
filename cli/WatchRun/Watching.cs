using Pipeline.Cli.Local;
using Pipeline.Cli.Runs;
using Pipeline.Cli.Terminal;
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
    /// <param name="cancellation">Ctrl-C.</param>
    public static async Task<RunHistory> WatchAsync(IAnsiConsole console, Connection connection, Guid runId, long seen, CancellationToken cancellation)
    {
        var follower = new RunFollower(connection);
        if (!console.Profile.Out.IsTerminal) return await follower.FollowAsync(runId, new PlainLines(Console.Out), seen, cancellation);

        var history = await console.Live(new Markup($" run {Format.Short(runId)}"))
            .Overflow(VerticalOverflow.Crop)
            .StartAsync(live => follower.FollowAsync(runId, new LiveView(live, console), seen, cancellation));
        return history;
    }

    sealed class LiveView(LiveDisplayContext live, IAnsiConsole console) : IRunView
    {
        public void Show(RunHistory run, string? waiting)
        {
            live.UpdateTarget(Dashboard.Render(run, waiting, console.Profile.Width, console.Profile.Height));
            live.Refresh();
        }
    }
}
