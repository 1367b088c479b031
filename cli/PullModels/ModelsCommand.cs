using System.CommandLine;
using Spectre.Console;

namespace Pipeline.Cli.PullModels;

/// <summary><c>models pull</c>, <c>models verify</c> and <c>models list</c></summary>
static class ModelsCommand
{
    public static Command Create(IAnsiConsole console) => new("models", "Pull, verify and list models.")
    {
        PullCommand.Create(console), VerifyCommand.Create(), ListCommand.Create(console),
    };
}
