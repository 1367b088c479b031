using System.CommandLine;

namespace Pipeline.Cli.AwaitScores;

/// <summary><c>--timeout</c></summary>
static class TimeoutOption
{
    /// <summary>Seconds; a drawing by a large model on CPUs takes minutes.</summary>
    public static Option<int> Create()
    {
        var option = new Option<int>("--timeout")
        {
            Description = "Give up when nothing has happened for so many seconds.", DefaultValueFactory = _ => 300,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1) result.AddError("--timeout must be at least 1");
        });
        return option;
    }
}
