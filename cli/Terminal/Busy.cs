using Spectre.Console;

namespace Pipeline.Cli.Terminal;

/// <summary>Something that takes a while, with a spinner on a terminal.</summary>
static class Busy
{
    /// <summary>Does <paramref name="work"/> under a title; what it reports stays on the screen.</summary>
    public static async Task ShowAsync(IAnsiConsole console, string title, Func<Action<string>, Task> work)
    {
        if (console.Profile.Out.IsTerminal)
        {
            void Report(string line) => console.MarkupLineInterpolated($"[grey]{line}[/]");
            await console.Status().StartAsync(Markup.Escape($"{title} ..."), _ => work(Report));
            return;
        }
        Console.WriteLine($"{title} ...");
        await work(Console.WriteLine);
    }
}
