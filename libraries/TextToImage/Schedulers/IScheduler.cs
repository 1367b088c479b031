namespace Pipeline.TextToImage.Schedulers;

/// <summary>
/// Turns noise into latents with a model's predictions, as diffusers' scheduler of the same class does (0.30.3):
/// <code>
/// var timesteps = scheduler.SetTimesteps(50);
/// var sample = noise times scheduler.InitNoiseSigma;
/// for (var i = 0; i &lt; timesteps.Count; i++)
///     sample = scheduler.Step(model(scheduler.ScaleModelInput(sample, i), timesteps[i]), i, sample);
/// </code>
/// Latents are flat, of any shape, in double precision: a few thousand numbers beside a network of a billion, and no step rounds them. An
/// instance is for one drawing at a time and makes no random numbers; it is not thread-safe.
/// </summary>
public interface IScheduler
{
    /// <summary>
    /// The times at which the model is asked, descending, in units of training steps; empty before <see cref="SetTimesteps"/>. Fractional
    /// for Euler only.
    /// </summary>
    IReadOnlyList<double> Timesteps { get; }

    /// <summary>
    /// What noise of unit variance is multiplied by before the first step; for Euler known after <see cref="SetTimesteps"/>.
    /// </summary>
    double InitNoiseSigma { get; }

    /// <summary>Starts a drawing of <paramref name="steps"/> steps; whatever an earlier one left is forgotten.</summary>
    /// <param name="steps">1 to the number of steps the model was trained with.</param>
    /// <returns><see cref="Timesteps"/>; PNDM asks the model more often than there are steps.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are too few or too many, or they lead beyond the training.</exception>
    IReadOnlyList<double> SetTimesteps(int steps);

    /// <summary>What the model reads in place of <paramref name="sample"/>.</summary>
    /// <param name="sample">The latents.</param>
    /// <param name="index">The index in <see cref="Timesteps"/>.</param>
    double[] ScaleModelInput(ReadOnlySpan<double> sample, int index);

    /// <summary>The latents after the step from <c>Timesteps[index]</c>.</summary>
    /// <param name="modelOutput">What the model predicts from the scaled <paramref name="sample"/>, as many numbers.</param>
    /// <param name="index">
    /// The index in <see cref="Timesteps"/>. PNDM and DPM-Solver++ remember earlier predictions: they take each index once, in order.
    /// </param>
    /// <param name="sample">The latents before the step.</param>
    /// <param name="options">What only DDIM can do; the others do not read it, as diffusers' pipelines do not pass it to them.</param>
    /// <exception cref="ArgumentException">The lengths differ, or an option is missing or out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such index.</exception>
    /// <exception cref="InvalidOperationException">It is not this index' turn.</exception>
    double[] Step(ReadOnlySpan<double> modelOutput, int index, ReadOnlySpan<double> sample, StepOptions options = default);

    /// <summary>What <paramref name="clean"/> latents look like at a time, as in training.</summary>
    /// <param name="clean">Latents without noise.</param>
    /// <param name="noise">Noise of unit variance, as many numbers.</param>
    /// <param name="timestep">DDIM, PNDM: a whole number of training steps. Euler, DPM-Solver++: one of <see cref="Timesteps"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ, or it is no such time.</exception>
    double[] AddNoise(ReadOnlySpan<double> clean, ReadOnlySpan<double> noise, double timestep);
}
