namespace Pipeline.TextToImage.Schedulers;

/// <summary>How DDIM takes a step, beside what its configuration says. By default no noise is added.</summary>
public readonly ref struct StepOptions
{
    /// <summary>
    /// How much of DDPM's noise is added after the step, 0 to 1: eta in formula 16 of arxiv.org/abs/2010.02502. More than 0 needs
    /// <see cref="VarianceNoise"/>.
    /// </summary>
    public double Eta { get; init; }

    /// <summary>Noise of unit variance, one number for each of the latents: the caller's, so that a drawing can be repeated.</summary>
    public ReadOnlySpan<double> VarianceNoise { get; init; }

    /// <summary>Whether the noise is predicted anew from the clipped prediction of the clean latents.</summary>
    public bool UseClippedModelOutput { get; init; }
}
