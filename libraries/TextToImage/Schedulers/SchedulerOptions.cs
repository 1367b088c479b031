namespace Pipeline.TextToImage.Schedulers;

/// <summary>How the betas, the noise added in each training step, grow.</summary>
public enum BetaSchedule
{
    /// <summary><c>linear</c>: evenly.</summary>
    Linear,

    /// <summary><c>scaled_linear</c>: their square roots evenly, as in latent diffusion.</summary>
    ScaledLinear,

    /// <summary><c>squaredcos_cap_v2</c>: so that the signal falls as a squared cosine (arxiv.org/abs/2102.09672, formula 17).</summary>
    SquaredCosine,
}

/// <summary>What a model predicts of a sample sqrt(a) x0 + sqrt(1 - a) noise, a being the signal's share.</summary>
public enum PredictionType
{
    /// <summary><c>epsilon</c>: the noise.</summary>
    Epsilon,

    /// <summary><c>sample</c>: x0.</summary>
    Sample,

    /// <summary><c>v_prediction</c>: sqrt(a) noise - sqrt(1 - a) x0 (arxiv.org/abs/2202.00512, appendix D).</summary>
    Velocity,
}

/// <summary>Which of the training's steps are taken: table 2 of arxiv.org/abs/2305.08891.</summary>
public enum TimestepSpacing
{
    /// <summary><c>leading</c>: every n-th from the first on, so never the noisiest.</summary>
    Leading,

    /// <summary><c>trailing</c>: every n-th from the last backwards.</summary>
    Trailing,

    /// <summary><c>linspace</c>: evenly, both ends included.</summary>
    Linspace,
}

/// <summary>How the noise levels of a drawing are spread.</summary>
public enum SigmaSpread
{
    /// <summary>Those of the timesteps.</summary>
    Timesteps,

    /// <summary><c>use_karras_sigmas</c>: formula 5 of arxiv.org/abs/2206.00364 with rho = 7.</summary>
    Karras,

    /// <summary><c>use_lu_lambdas</c>: their logarithms evenly (arxiv.org/abs/2206.00927). DPM-Solver++ only.</summary>
    LogUniform,
}

/// <summary>The two second-order forms of DPM-Solver++.</summary>
public enum SolverType
{
    /// <summary><c>midpoint</c>.</summary>
    Midpoint,

    /// <summary><c>heun</c>.</summary>
    Heun,
}
