using System.CommandLine;
using Spectre.Console;

namespace Pipeline.Cli.Reproduce;

/// <summary><c>reproduce</c></summary>
static class ReproduceCommand
{
    public static Command Create(IAnsiConsole console) =>
        new("reproduce", "Measure what a design rests on, with this pipeline's own models.") { McVarianceCommand.Create(console) };
}
