namespace Pipeline.Captioner.Decoding;

/// <summary>Rules that change the scores before a token is chosen; transformers' names and meanings. The defaults change nothing.</summary>
public sealed record ScoreRules
{
    /// <summary>Scores of tokens that are in the caption already, the start token included, are divided (when positive) or multiplied by
    /// this (Keskar et al. 2019); 1 for none.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>No sequence of so many tokens appears twice, the start token included; 0 for no such rule.</summary>
    public int NoRepeatNgram { get; init; }

    /// <summary>The end token is not chosen before there are so many other tokens, the start token included; 0 for no such rule.</summary>
    public int MinLength { get; init; }

    /// <summary>Whether nothing is changed.</summary>
    internal bool IsNone => this == new ScoreRules();
}

/// <summary>How captions are sampled.</summary>
public sealed record SamplingOptions
{
    /// <summary>Most tokens of a caption, the end token included; 1 up to the decoder's positions.</summary>
    public int MaxNewTokens { get; init; } = 20;

    /// <summary>Divides the logits; above 0.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only so many most probable tokens are drawn from; 0 for all. A policy that learns must not use it: what scores it knows no
    /// such rule.</summary>
    public int TopK { get; init; }

    /// <summary>Only the most probable tokens that together reach this probability are drawn from (Holtzman et al. 2020); 1 for all. Not
    /// for a policy that learns.</summary>
    public double TopP { get; init; } = 1;
}

/// <summary>Which tokens count as a hypothesis' length in beam search.</summary>
public enum BeamLengthRule
{
    /// <summary>As transformers 4.36: the generated tokens without the end token.</summary>
    Transformers436,

    /// <summary>As transformers 4.27: the start token and the generated tokens without the end token.</summary>
    Transformers427,
}

/// <summary>How beam search works; transformers' names and meanings.</summary>
public sealed record BeamOptions
{
    /// <summary>Most tokens of a caption, the end token included; 1 up to the decoder's positions.</summary>
    public int MaxNewTokens { get; init; } = 20;

    /// <summary>Hypotheses that are followed at once; at least 1.</summary>
    public int Beams { get; init; } = 4;

    /// <summary>The sum of log probabilities is divided by length to this power: above 0 favours long captions, below 0 short
    /// ones.</summary>
    public double LengthPenalty { get; init; } = 1;

    /// <summary>Stop at so many finished hypotheses as there are beams, even if a running one could still become better.</summary>
    public bool EarlyStopping { get; init; }

    /// <summary>How many of the best hypotheses are returned; 1 up to the number of beams.</summary>
    public int Returned { get; init; } = 1;

    /// <summary>What counts as length.</summary>
    public BeamLengthRule LengthRule { get; init; } = BeamLengthRule.Transformers436;

    /// <summary>Rules that are applied to the log probabilities before beams are compared.</summary>
    public ScoreRules Rules { get; init; } = new();
}
