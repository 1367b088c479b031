using Pipeline.Contracts;

namespace Pipeline.Client;

/// <summary>What the command line says about drawings; null where it says nothing.</summary>
/// <param name="Samples">Pictures of a caption.</param>
/// <param name="StandardError">Bound of sequential stopping.</param>
/// <param name="Scheduler">The sampler.</param>
/// <param name="Steps">Denoising steps.</param>
/// <param name="Guidance">Guidance scale.</param>
/// <param name="NegativePrompt">What guidance steers away from.</param>
public sealed record DrawingRequest(
    int? Samples = null, double? StandardError = null, string? Scheduler = null, int? Steps = null, double? Guidance = null,
    string? NegativePrompt = null)
{
    IEnumerable<string> Given => new (string Option, object? Value)[]
    {
        ("--samples", Samples), ("--standard-error", StandardError), ("--scheduler", Scheduler), ("--diffusion-steps", Steps),
        ("--guidance", Guidance), ("--negative-prompt", NegativePrompt),
    }.Where(option => option.Value is not null).Select(option => option.Option);

    /// <summary>
    /// How a run's captions are drawn: as its settings say, else for those of its rewards that are offered as looking at pictures; with
    /// what the command line says on top. Null when no reward looks at pictures.
    /// </summary>
    /// <exception cref="RequestException">The command line says how to draw and nobody looks at drawings.</exception>
    public DrawingSettings? Resolve(IEnumerable<string> rewards, DrawingSettings? written, OfferedRewards offered)
    {
        var names = rewards.Order(StringComparer.Ordinal).ToArray();
        var drawing = written ?? (names.Where(offered.Pictures.Contains).ToArray() is { Length: > 0 } drawn
            ? new DrawingSettings { Rewards = drawn }
            : null);
        if (drawing is null && Given.FirstOrDefault() is { } option)
        {
            var looking = string.Join(", ", offered.Pictures.Order(StringComparer.Ordinal));
            throw new RequestException(
                $"{option} is about drawings, and none of the rewards ({string.Join(", ", names)}) looks at pictures; of those that do "
                + (looking == "" ? "none is offered" : $"there are {looking}"));
        }
        return drawing is null ? null : Over(drawing);
    }

    DrawingSettings Over(DrawingSettings drawing) => drawing with
    {
        Samples = Samples ?? drawing.Samples,
        StandardErrorBound = StandardError ?? drawing.StandardErrorBound,
        Scheduler = Scheduler ?? drawing.Scheduler,
        Steps = Steps ?? drawing.Steps,
        Guidance = Guidance ?? drawing.Guidance,
        NegativePrompt = NegativePrompt ?? drawing.NegativePrompt,
    };
}
