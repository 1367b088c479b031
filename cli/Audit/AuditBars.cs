using Pipeline.History;
using Spectre.Console;

namespace Pipeline.Cli.Audit;

/// <summary>A bar for each stage of an audit, on a terminal.</summary>
sealed class AuditBars(ProgressContext bars) : IProgress<AuditProgress>
{
    readonly Dictionary<string, ProgressTask> _tasks = [];

    /// <summary>Shows how far <paramref name="work"/> is; elsewhere than on a terminal it says nothing.</summary>
    public static async Task<T> ShowAsync<T>(IAnsiConsole console, Func<IProgress<AuditProgress>?, Task<T>> work)
    {
        if (!console.Profile.Out.IsTerminal) return await work(null);
        return await console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(context => work(new AuditBars(context)));
    }

    public void Report(AuditProgress value)
    {
        if (!_tasks.TryGetValue(value.Stage, out var task)) _tasks[value.Stage] = task = bars.AddTask(Markup.Escape(value.Stage));
        task.MaxValue = Math.Max(1, value.Total);
        task.Value = value.Done;
    }
}
