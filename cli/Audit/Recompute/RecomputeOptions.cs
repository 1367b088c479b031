using System.CommandLine;
using Pipeline.Cli.AwaitScores;
using Pipeline.Cli.Local;

namespace Pipeline.Cli.Audit.Recompute;

/// <summary>Captions of a run that are computed again.</summary>
/// <param name="Count">How many.</param>
/// <param name="Seed">Decides which.</param>
/// <param name="Request">What to compute with.</param>
sealed record RandomCaptions(int Count, int Seed, RecomputeRequest Request);

/// <summary>The options of an audit that say what to compute again.</summary>
sealed class RecomputeOptions
{
    readonly Option<int?> _count = new("--recompute")
    {
        Description = "Write, draw and score so many captions again, drawn at random, and compare.",
    };

    readonly Option<int?> _seed = new("--seed") { Description = "With --recompute: decides which (default: any)." };

    readonly Option<string?> _model = new("--diffusion-model")
    {
        Description = "With --recompute: the folder of the model that draws (default: Diffusion__Model, else models/tiny/diffusion).",
    };

    readonly Option<int> _timeout = TimeoutOption.Create();

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _count, _seed, _model, _timeout }) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_count) < 1) result.AddError("--recompute must be at least 1");
            if (result.GetValue(_count) is null && (result.GetValue(_seed) is not null || result.GetValue(_model) is not null))
                result.AddError("--seed and --diffusion-model say what --recompute does: give it too");
        });
    }

    /// <summary>What the command line says; null when nothing is to be computed again.</summary>
    public RandomCaptions? Of(ParseResult parsed) => parsed.GetValue(_count) is not { } count ? null : new(
        count, parsed.GetValue(_seed) ?? Random.Shared.Next(), new RecomputeRequest(parsed.GetValue(_model) ?? Environment.GetEnvironmentVariable("Diffusion__Model")
            ?? Path.Combine(LocalStack.Find().Root, "models", "tiny", "diffusion"),
        TimeSpan.FromSeconds(parsed.GetValue(_timeout))));
}
