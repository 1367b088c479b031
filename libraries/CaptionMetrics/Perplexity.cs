namespace Pipeline.CaptionMetrics;

/// <summary>
/// How surprised a language model is by captions (Jelinek et al., "Perplexity: a measure of the difficulty of speech recognition tasks", 1977):
/// exp(-sum of ln p / tokens), 1 or more. A model that chose each token evenly among n would have n.
/// </summary>
public static class Perplexity
{
    /// <summary>The perplexity of a set of captions together.</summary>
    /// <param name="logProbs">Sum of ln p of each caption's tokens under the model, in nats.</param>
    /// <param name="tokens">How many tokens each has; at least one in all.</param>
    public static double Of(IEnumerable<double> logProbs, IEnumerable<int> tokens) => Math.Exp(-logProbs.Sum() / tokens.Sum());
}
