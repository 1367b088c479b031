using System.Collections.Concurrent;
using Spectre.Console;

namespace Pipeline.Cli.DownloadCoco;

/// <summary>A bar for the captions and one for the pictures on a terminal; elsewhere a line for each tenth of the pictures.</summary>
sealed class CocoBars(ProgressContext? bars) : IProgress<CocoProgress>
{
    readonly ConcurrentDictionary<string, ProgressTask> _tasks = new();

    /// <summary>Shows how far <paramref name="work"/> is.</summary>
    public static async Task<T> ShowAsync<T>(IAnsiConsole console, Func<IProgress<CocoProgress>, Task<T>> work)
    {
        if (!console.Profile.Out.IsTerminal) return await work(new CocoBars(null));
        return await console.Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new RemainingTimeColumn())
            .StartAsync(context => work(new CocoBars(context)));
    }

    public void Report(CocoProgress value)
    {
        if (bars is null)
        {
            if (IsWorthALine(value)) Console.WriteLine($"{value.What}: {value.Done:N0} of {value.Total:N0} {value.Unit} in place");
            return;
        }

        var task = _tasks.GetOrAdd(value.What, name => bars.AddTask(Markup.Escape(name)));
        if (value.Total is { } total) task.MaxValue = total;
        task.IsIndeterminate = value.Total is null;
        task.Description = Markup.Escape($"{value.What}: {value.Done:N0} {(value.Unit == value.What ? "" : value.Unit)}".TrimEnd());
        // From several threads: a report that comes late does not move the bar back.
        task.Value = Math.Max(task.Value, value.Done);
        if (value.IsDone) task.StopTask();
    }

    static bool IsWorthALine(CocoProgress value) =>
        value.IsDone || (value is { Unit: "pictures", Total: { } total } && value.Done * 10 / total > (value.Done - 1) * 10 / total);
}
