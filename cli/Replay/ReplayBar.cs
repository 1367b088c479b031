using System.Globalization;
using Pipeline.Replays;
using Spectre.Console;

namespace Pipeline.Cli.Replay;

/// <summary>How far a replay is: a bar on a terminal, else a line for each tenth.</summary>
sealed class ReplayBar : IProgress<ReplayProgress>
{
    readonly Action<ReplayProgress> _show;

    ReplayBar(Action<ReplayProgress> show) => _show = show;

    /// <summary>Does <paramref name="work"/>, which reports as often as it likes.</summary>
    public static async Task ShowAsync(IAnsiConsole console, string title, Func<IProgress<ReplayProgress>, Task> work)
    {
        if (!console.Profile.Out.IsTerminal)
        {
            var said = -1;
            await work(new ReplayBar(now =>
            {
                var tenth = (int)(10L * now.Scored / now.Captions);
                if (tenth == said) return;
                said = tenth;
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title}: {now.Scored} of {now.Captions} captions"));
            }));
            return;
        }

        await console.Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(Markup.Escape(title));
                await work(new ReplayBar(now => (bar.MaxValue, bar.Value) = (now.Captions, now.Scored)));
            });
    }

    public void Report(ReplayProgress value) => _show(value);
}
