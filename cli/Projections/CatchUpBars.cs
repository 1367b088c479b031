using Pipeline.Projections;
using Pipeline.Projections.CatchUp;
using Spectre.Console;

namespace Pipeline.Cli.Projections;

/// <summary>A bar for each projection that is brought up to date, on a terminal and when there is much to take.</summary>
sealed class CatchUpBars(ProgressContext bars) : IProgress<ProjectionProgress>
{
    /// <summary>Fewer events are taken before anybody has read the bar.</summary>
    const long Many = 20_000;

    readonly Dictionary<string, ProgressTask> _tasks = [];

    /// <summary>Does work on projections; elsewhere than on a terminal nothing is shown.</summary>
    public static async Task<T> ShowAsync<T>(IAnsiConsole console, Connection connection, Func<ProjectionStore, Task<T>> work)
    {
        if (!console.Profile.Out.IsTerminal) return await work(new ProjectionStore(connection.Database));
        return await console.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(context => work(new ProjectionStore(connection.Database, new CatchUpBars(context))));
    }

    /// <summary>Brings the projections of lineage up to date, so that what is asked next is answered at once.</summary>
    public static Task<ProjectionStore> CatchUpAsync(IAnsiConsole console, Connection connection, CancellationToken cancellation) =>
        ShowAsync(console, connection, async projections =>
        {
            await projections.CatchUpLineageAsync(cancellation);
            return new ProjectionStore(connection.Database);
        });

    public void Report(ProjectionProgress value)
    {
        if (value.Total < Many) return;
        if (!_tasks.TryGetValue(value.Name, out var task)) _tasks[value.Name] = task = bars.AddTask($"reading events ({Markup.Escape(value.Name)})");
        task.MaxValue = Math.Max(1, value.Total);
        task.Value = value.Done;
    }
}
