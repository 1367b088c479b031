using Spectre.Console;

namespace Pipeline.Cli.AwaitScores;

/// <summary>One line that says how far something is: rewritten on a terminal, else written anew when it changed, not too often.</summary>
static class WaitingLine
{
    static readonly TimeSpan Often = TimeSpan.FromSeconds(5);

    /// <summary>Does <paramref name="work"/>, which reports its line whenever it likes.</summary>
    public static Task<T> ShowAsync<T>(IAnsiConsole console, string title, Func<Action<string>, Task<T>> work)
    {
        if (console.Profile.Out.IsTerminal)
            return console.Status().StartAsync(
                Markup.Escape(title), status => work(line => status.Status = Markup.Escape($"{title}: {line}")));

        var (said, at) = ("", DateTime.MinValue);
        return work(line =>
        {
            if (line == said || DateTime.UtcNow - at < Often) return;
            (said, at) = (line, DateTime.UtcNow);
            Console.Error.WriteLine($"{title}: {line}");
        });
    }
}
