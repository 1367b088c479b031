using System.CommandLine;
using Pipeline.Cli.Reproduce.Paper;
using Pipeline.Cli.Reproduce.Variance;
using Spectre.Console;

namespace Pipeline.Cli.Reproduce;

/// <summary><c>reproduce</c></summary>
static class ReproduceCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("reproduce", "The paper's experiments, and what the design rests on, with this pipeline's own models.");
        foreach (var section in PaperCommand.CreateAll(console)) command.Add(section);
        command.Add(McVarianceCommand.Create(console));
        return command;
    }
}
