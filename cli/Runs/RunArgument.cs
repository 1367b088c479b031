using System.CommandLine;

namespace Pipeline.Cli.Runs;

/// <summary>How commands take a run.</summary>
static class RunArgument
{
    const string Meaning = "The run's id or its beginning, or 'last'.";

    /// <summary>A run that must be named.</summary>
    public static Argument<string> Required() => Checked(new("RUN") { Description = Meaning });

    /// <summary>The last run when none is named.</summary>
    public static Argument<string> Optional() => Checked(new("RUN") { Description = Meaning, DefaultValueFactory = _ => "last" });

    /// <summary>A run that must be named, or a file with one.</summary>
    public static Argument<string> OrFile(string whatFile) => Checked(new("RUN|FILE") { Description = $"{Meaning.TrimEnd('.')}; or {whatFile}." });

    /// <summary>A mistyped option must not be taken for a run.</summary>
    static Argument<string> Checked(Argument<string> argument)
    {
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', ..] option }]) result.AddError($"Unrecognized option '{option}'.");
        });
        return argument;
    }
}
