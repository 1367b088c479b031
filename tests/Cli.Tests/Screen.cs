using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pipeline.Cli.Tests;

/// <summary>What a terminal would show.</summary>
static class Screen
{
    /// <summary>The lines of <paramref name="content"/>, without colours.</summary>
    public static string[] Lines(IRenderable content, int width = 120)
    {
        var output = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = width;
        console.Write(content);
        return output.ToString().TrimEnd('\n').Split('\n');
    }
}
