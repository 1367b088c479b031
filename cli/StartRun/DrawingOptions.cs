using System.CommandLine;

namespace Pipeline.Cli.StartRun;

/// <summary>The options that say how captions are drawn.</summary>
sealed class DrawingOptions
{
    readonly Option<int?> _samples = new("--samples") { Description = "Pictures drawn of each caption (default: 5)." };

    readonly Option<double?> _standardError = new("--standard-error")
    {
        Description = "Stop drawing a caption when its score's standard error is at most this; --samples is then the most it is drawn.",
    };

    readonly Option<string?> _scheduler = new("--scheduler") { Description = "Sampler of the drawings: ddim, pndm, euler, dpmsolver++." };
    readonly Option<int?> _steps = new("--diffusion-steps") { Description = "Denoising steps of a drawing." };
    readonly Option<double?> _guidance = new("--guidance") { Description = "Classifier-free guidance of the drawings; 1: none." };
    readonly Option<string?> _negativePrompt = new("--negative-prompt") { Description = "What guidance steers the drawings away from." };

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _samples, _standardError, _scheduler, _steps, _guidance, _negativePrompt })
            command.Options.Add(option);
    }

    /// <summary>What the command line says.</summary>
    public DrawingRequest Of(ParseResult parsed) => new(
        parsed.GetValue(_samples), parsed.GetValue(_standardError), parsed.GetValue(_scheduler), parsed.GetValue(_steps),
        parsed.GetValue(_guidance), parsed.GetValue(_negativePrompt));
}
