namespace Pipeline.Captioner.Decoding;

/// <summary>The best finished hypotheses of one picture, at most as many as there are beams.</summary>
sealed class BeamHypotheses(BeamOptions options)
{
    readonly List<ScoredCaption> kept = [];

    /// <summary>Whether the search is over for this picture.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Offers a hypothesis; it is kept if there is room or if it is better than the worst, which then leaves. Where the start
    /// token does not count, an empty caption has no length to divide by and is not kept (as in the fixtures of transformers
    /// 4.36).</summary>
    /// <param name="ids">Its tokens without the start token.</param>
    /// <param name="logProbs">Their log probabilities.</param>
    /// <param name="sum">The sum of the log probabilities after the score rules.</param>
    /// <param name="length">How many generated tokens it has, an end token not counted.</param>
    public void Add(int[] ids, float[] logProbs, double sum, int length)
    {
        if (length == 0 && !CountsStart) return;
        var score = Normalise(sum, length);
        if (kept.Count == options.Beams && score <= Worst) return;
        kept.Add(new ScoredCaption(new GeneratedCaption(ids, logProbs), score));
        if (kept.Count > options.Beams) kept.Remove(kept.MinBy(hypothesis => hypothesis.Score)!);
    }

    /// <summary>Ends the search once there are enough hypotheses and, unless it stops early, the best running one could not beat the worst
    /// of them if it ended now.</summary>
    /// <param name="bestSum">The best running hypothesis' sum of log probabilities.</param>
    /// <param name="length">How many generated tokens running hypotheses had before this step.</param>
    public void StopIfNothingBetterCanCome(double bestSum, int length) =>
        IsDone |= kept.Count >= options.Beams && (options.EarlyStopping || Worst >= Normalise(bestSum, length));

    /// <summary>The best hypotheses, best first; of equals the later one.</summary>
    public IReadOnlyList<ScoredCaption> Best(int count) =>
        [.. Enumerable.Reverse(kept).OrderByDescending(hypothesis => hypothesis.Score).Take(count)];

    double Worst => kept.Min(hypothesis => hypothesis.Score);

    bool CountsStart => options.LengthRule == BeamLengthRule.Transformers427;

    /// <summary>sum / length^penalty.</summary>
    double Normalise(double sum, int length) => sum / Math.Pow(CountsStart ? length + 1 : length, options.LengthPenalty);
}
