using System.Collections.Concurrent;
using Pipeline.ModelHub.Pull;
using Spectre.Console;

namespace Pipeline.Cli.PullModels;

/// <summary>A bar for each file on a terminal; elsewhere a line for each file that is in place.</summary>
sealed class PullBars(ProgressContext? bars) : IProgress<PullProgress>
{
    readonly ConcurrentDictionary<(string, string), ProgressTask> _tasks = new();

    /// <summary>Shows how far <paramref name="work"/> is.</summary>
    public static async Task<T> ShowAsync<T>(IAnsiConsole console, Func<IProgress<PullProgress>, Task<T>> work)
    {
        if (!console.Profile.Out.IsTerminal) return await work(new PullBars(null));
        return await console.Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new DownloadedColumn(),
                new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(context => work(new PullBars(context)));
    }

    public void Report(PullProgress value)
    {
        var name = $"{value.Pack}/{value.Path}";
        if (bars is null)
        {
            if (value.Phase == PullPhase.Done) Console.WriteLine($"{name}: {value.Bytes:N0} bytes in place");
            return;
        }

        var task = _tasks.GetOrAdd((value.Pack, value.Path), _ => bars.AddTask(Markup.Escape(name)));
        if (value.Size is { } size) task.MaxValue = Math.Max(1, size);
        task.IsIndeterminate = value.Size is null;
        task.Description = Markup.Escape(value.Phase == PullPhase.Checking ? $"{name} (checking)" : name);
        task.Value = value.Bytes;
        if (value.Phase == PullPhase.Done) task.StopTask();
    }
}
