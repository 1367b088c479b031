namespace Pipeline.Learning.UpdatePolicy;

/// <summary>The coefficient of the KL penalty over a run. Its only state is the coefficient, which every checkpoint carries.</summary>
public static class KlController
{
    /// <summary>
    /// The coefficient for the next step: raised when the KL was above the target, lowered when below, by at most 20% per horizon (Ziegler
    /// et al., "Fine-tuning language models from human preferences", 2019, section 2.2; TRL's and trlX's <c>AdaptiveKLController</c>).
    /// </summary>
    /// <param name="coefficient">The coefficient of the step that was taken.</param>
    /// <param name="kl">The step's KL to the reference in nats per caption.</param>
    /// <param name="captions">Captions in the step.</param>
    /// <param name="target">The wanted KL in nats per caption; 0 keeps the coefficient fixed.</param>
    /// <param name="horizon">Captions over which the coefficient changes by the factor 1.2 at most; above 0.</param>
    public static double Next(double coefficient, double kl, int captions, double target, double horizon) =>
        target == 0 ? coefficient : coefficient * (1 + Math.Clamp(kl / target - 1, -0.2, 0.2) * captions / horizon);
}
