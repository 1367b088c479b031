using static Pipeline.Captioner.KeptScalar;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Decoding;

/// <summary>The score rules of transformers' <c>generate</c>, on scores [B, vocabulary]. What is forbidden becomes minus
/// infinity.</summary>
static class ScoreProcessing
{
    /// <summary>Applies the rules in transformers' order.</summary>
    /// <param name="scores">Logits or log probabilities, [B, vocabulary]; not changed.</param>
    /// <param name="histories">For each row the start token and all tokens since.</param>
    /// <param name="rules">What to apply.</param>
    /// <param name="end">The end token.</param>
    public static Tensor Apply(Tensor scores, IReadOnlyList<IReadOnlyList<int>> histories, ScoreRules rules, int end)
    {
        if (rules.IsNone) return scores;
        scores = scores.clone();
        for (var row = 0; row < histories.Count; row++)
        {
            if (rules.RepetitionPenalty != 1) PenaliseRepetition(scores[row], histories[row], rules.RepetitionPenalty);
            if (rules.NoRepeatNgram > 0) ForbidNgrams(scores[row], histories[row], rules.NoRepeatNgram);
        }
        if (histories[0].Count < rules.MinLength) scores.select(1, end).fill_(Kept(float.NegativeInfinity));
        return scores;
    }

    /// <summary>The top-k rule: every score below the k-th largest is forbidden.</summary>
    public static Tensor TopK(Tensor scores, int k)
    {
        var (largest, _) = scores.topk((int)Math.Min(k, scores.shape[1]), dim: -1);
        return scores.masked_fill(scores.less(largest.narrow(1, largest.shape[1] - 1, 1)), Kept(float.NegativeInfinity));
    }

    /// <summary>The top-p rule: from the least probable token upwards, all that together have at most 1 - p are forbidden, but never the
    /// most probable one.</summary>
    public static Tensor TopP(Tensor scores, double p)
    {
        var (ascending, order) = scores.sort(dim: -1);
        var isForbidden = ascending.softmax(-1).cumsum(-1).le(Kept(1 - p));
        isForbidden.narrow(1, isForbidden.shape[1] - 1, 1).fill_(Kept(0));
        return scores.masked_fill(isForbidden.scatter(1, order, isForbidden), Kept(float.NegativeInfinity));
    }

    static void PenaliseRepetition(Tensor scores, IReadOnlyList<int> history, double penalty)
    {
        var seen = tensor(history.Distinct().Select(id => (long)id).ToArray(), device: scores.device);
        var before = scores.index_select(0, seen);
        scores.index_copy_(0, seen, where(before.lt(Kept(0)), before * Kept(penalty), before / Kept(penalty)));
    }

    static void ForbidNgrams(Tensor scores, IReadOnlyList<int> history, int size)
    {
        var forbidden = new List<long>();
        var prefix = size - 1;
        for (var begin = 0; begin + prefix < history.Count; begin++)
        {
            var isRepeated = Enumerable.Range(0, prefix).All(i => history[begin + i] == history[history.Count - prefix + i]);
            if (isRepeated) forbidden.Add(history[begin + prefix]);
        }
        if (forbidden.Count > 0) scores.index_fill_(0, tensor(forbidden.ToArray(), device: scores.device), Kept(float.NegativeInfinity));
    }
}
