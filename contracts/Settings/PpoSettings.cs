namespace Pipeline.Contracts;

/// <summary>How an advantage is made from scores.</summary>
public enum AdvantageEstimator
{
    /// <summary>Generalised advantage estimation with a value head (Schulman et al. 2016).</summary>
    Gae,

    /// <summary>REINFORCE leave-one-out over the captions of one picture (Ahmadian et al. 2024).</summary>
    Rloo,

    /// <summary>Group-relative: centred and scaled over the captions of one picture (Shao et al. 2024).</summary>
    Grpo,

    /// <summary>
    /// Self-critical: compared with the greedy caption of the same picture, by the same policy (Rennie et al. 2017). The first of a
    /// picture's captions in a step is that one: it is drawn and scored like the others, and not learned from.
    /// </summary>
    Scst,
}

/// <summary>How the distance of policy and reference is estimated at each token (Schulman, "Approximating KL divergence").</summary>
public enum KlEstimator
{
    /// <summary>logp - logref.</summary>
    K1,

    /// <summary>(logp - logref)^2 / 2.</summary>
    K2,

    /// <summary>exp(logref - logp) - 1 - (logref - logp).</summary>
    K3,

    /// <summary>The exact sum over the vocabulary.</summary>
    Full,
}

/// <summary>How the learning rate changes over the run.</summary>
public enum LearningRateSchedule
{
    /// <summary>It does not.</summary>
    Constant,

    /// <summary>Linearly down, so that it would be 0 at the step after the last.</summary>
    Linear,

    /// <summary>Half a cosine down, so that it would be 0 at the step after the last.</summary>
    Cosine,
}

/// <summary>Every knob of a learning step. Names are the field's.</summary>
public sealed record PpoSettings
{
    /// <summary>AdamW's learning rate for the policy.</summary>
    public double LearningRate { get; init; } = 1e-5;

    /// <summary>AdamW's learning rate for the value head.</summary>
    public double ValueLearningRate { get; init; } = 1e-4;

    /// <summary>How both learning rates change over the run.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>Steps over which the learning rates rise in equal parts before the schedule begins; 0 for none.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>AdamW's beta1.</summary>
    public double AdamBeta1 { get; init; } = 0.9;

    /// <summary>AdamW's beta2.</summary>
    public double AdamBeta2 { get; init; } = 0.999;

    /// <summary>AdamW's epsilon.</summary>
    public double AdamEpsilon { get; init; } = 1e-8;

    /// <summary>AdamW's weight decay, on matrices only (biases and layer norms are left alone).</summary>
    public double WeightDecay { get; init; }

    /// <summary>Gradients are scaled down to this global norm; 0 for no clipping.</summary>
    public double MaxGradNorm { get; init; } = 1.0;

    /// <summary>Passes over a step's captions.</summary>
    public int Epochs { get; init; } = 4;

    /// <summary>Mini-batches per pass; each is one optimiser step.</summary>
    public int MiniBatches { get; init; } = 2;

    /// <summary>Parts that a mini-batch is computed in, to bound memory; the gradient is that of the whole.</summary>
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>
    /// How many of the decoder's layers learn, counted from the top, with the final layer norm; -1 for all of them and the embeddings. What
    /// is frozen is shared with the reference.
    /// </summary>
    public int UnfrozenLayers { get; init; } = -1;

    /// <summary>How advantages are made.</summary>
    public AdvantageEstimator Advantage { get; init; } = AdvantageEstimator.Gae;

    /// <summary>Discount per token.</summary>
    public double Gamma { get; init; } = 1.0;

    /// <summary>GAE's lambda.</summary>
    public double Lambda { get; init; } = 0.95;

    /// <summary>Scale advantages to mean 0 and variance 1 over the real tokens of the step.</summary>
    public bool WhitenAdvantages { get; init; } = true;

    /// <summary>The ratio's clip range.</summary>
    public double ClipRange { get; init; } = 0.2;

    /// <summary>The value's clip range; 0 for no clipping.</summary>
    public double ValueClipRange { get; init; }

    /// <summary>Weight of the value loss.</summary>
    public double ValueCoefficient { get; init; } = 0.1;

    /// <summary>Weight of the entropy bonus.</summary>
    public double EntropyCoefficient { get; init; }

    /// <summary>
    /// End a step before a mini-batch whose mean ln p(proximal) - ln p(now) exceeds 1.5 times this (TRL's rule); 0 for never.
    /// </summary>
    public double TargetKl { get; init; }

    /// <summary>A mini-batch whose mean ratio exceeds this is left out (TRL's guard); 0 for none.</summary>
    public double RatioThreshold { get; init; } = 10.0;

    /// <summary>
    /// With stale captions: a token whose weight p(proximal) / p(behaviour) exceeds this is left out of the policy loss (AReaL's cap); 0
    /// for no cap.
    /// </summary>
    public double ImportanceWeightCap { get; init; } = 5.0;

    /// <summary>How the KL to the reference is estimated for the penalty.</summary>
    public KlEstimator KlEstimator { get; init; } = KlEstimator.K1;

    /// <summary>The KL penalty's coefficient (its initial value when adaptive).</summary>
    public double KlCoefficient { get; init; } = 0.2;

    /// <summary>Target of the adaptive controller (Ziegler et al. 2019), in nats per caption; 0 for a fixed coefficient.</summary>
    public double AdaptiveKlTarget { get; init; }

    /// <summary>Horizon of the adaptive controller, in captions.</summary>
    public double AdaptiveKlHorizon { get; init; } = 10000;

    /// <summary>
    /// Subtract each reward's mean under the reference policy: over the captions of step 0, which version 0 sampled; fixed from then on.
    /// </summary>
    public bool CentreScores { get; init; } = true;

    /// <summary>Divide by the standard deviation of all scores of the run so far.</summary>
    public bool ScaleByRunningStd { get; init; }

    /// <summary>What centred scores are multiplied by.</summary>
    public double ScoreScale { get; init; } = 1.0;

    /// <summary>
    /// Clip each reward's normalised scores to plus or minus this, before they are weighted and added; 0 for no clipping.
    /// </summary>
    public double ScoreClip { get; init; }
}
