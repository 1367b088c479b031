using Pipeline.Captioner.Configuration;
using Pipeline.Captioner.Networks;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Decoding;

/// <summary>
/// Writes captions one token at a time with cached keys and values. Several captions of a picture share what cross attention reads of it. The same memory, seeds
/// and options give the same captions, bit for bit, on the same machine and number of threads.
/// </summary>
/// <param name="decoder">The policy.</param>
/// <param name="tokens">The special tokens.</param>
public sealed class CaptionSampler(CaptionDecoder decoder, SpecialTokens tokens)
{
    /// <summary>
    /// Draws each token from softmax(logits / temperature) by inverting its cumulative distribution, summed in double precision, at a uniform number that depends on
    /// nothing but the caption's seed and the token's index (<see cref="Philox.Uniform"/>). So a caption does not depend on what else is in its batch.
    /// </summary>
    /// <param name="memory">The pictures, [P, S, width].</param>
    /// <param name="seeds">One per caption. P divides their number: with n = seeds / P, captions 0 to n - 1 are of picture 0, and so on.</param>
    /// <param name="options">Temperature and limits.</param>
    /// <returns>One caption per seed, in their order.</returns>
    public GeneratedCaption[] Sample(Tensor memory, IReadOnlyList<long> seeds, SamplingOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Temperature);
        return Write(memory, seeds.Count, options.MaxNewTokens, (logits, written) =>
        {
            var scores = logits.to_type(ScalarType.Float64) / options.Temperature;
            if (options.TopK > 0) scores = ScoreProcessing.TopK(scores, options.TopK);
            if (options.TopP < 1) scores = ScoreProcessing.TopP(scores, options.TopP);
            var logProbs = scores.log_softmax(-1);
            var cumulative = logProbs.exp().cumsum(-1);
            var uniform = tensor(seeds.Select(seed => Philox.Uniform(seed, written[0].Count)).ToArray(), device: logits.device).unsqueeze(1);
            var total = cumulative.narrow(1, cumulative.shape[1] - 1, 1);
            return (searchsorted(cumulative, uniform * total, right: true), logProbs);
        });
    }

    /// <summary>Takes the most probable token each time.</summary>
    /// <param name="memory">The pictures, [P, S, width].</param>
    /// <param name="maxNewTokens">Most tokens of a caption, the end token included.</param>
    /// <param name="rules">Rules that change which token is most probable; log probabilities are given without them.</param>
    /// <returns>One caption per picture.</returns>
    public GeneratedCaption[] Greedy(Tensor memory, int maxNewTokens = 20, ScoreRules? rules = null) =>
        Write(memory, (int)memory.shape[0], maxNewTokens, (logits, written) =>
        {
            var scores = rules is null ? logits : ScoreProcessing.Apply(logits, [.. written.Select(ids => (int[])[tokens.Start, .. ids])], rules, tokens.End);
            return (scores.argmax(-1, keepdim: true), logits.log_softmax(-1));
        });

    /// <summary>Follows several hypotheses at once and returns the best.</summary>
    /// <param name="memory">The pictures, [P, S, width].</param>
    /// <param name="options">How.</param>
    /// <returns>For each picture its best hypotheses, best first.</returns>
    public IReadOnlyList<ScoredCaption>[] BeamSearch(Tensor memory, BeamOptions options) => new BeamSearch(decoder, tokens, options).Run(memory);

    /// <summary>Chooses the next token of each caption.</summary>
    /// <param name="logits">[B, vocabulary].</param>
    /// <param name="written">What was chosen before.</param>
    /// <returns>The tokens, [B, 1], and log probabilities of all tokens, [B, vocabulary].</returns>
    delegate (Tensor Ids, Tensor LogProbs) Choice(Tensor logits, IReadOnlyList<List<int>> written);

    GeneratedCaption[] Write(Tensor memory, int count, int maxNewTokens, Choice choose)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNewTokens);
        if (count % memory.shape[0] != 0) throw new ArgumentException($"{count} captions of {memory.shape[0]} pictures: not the same number of each.", nameof(count));
        using var inference = inference_mode();
        using var pictures = decoder.Read(memory);
        using var cache = decoder.NewCache(count, maxNewTokens);

        List<int>[] written = [.. Enumerable.Range(0, count).Select(_ => new List<int>(maxNewTokens))];
        List<float>[] logProbs = [.. Enumerable.Range(0, count).Select(_ => new List<float>(maxNewTokens))];
        var isFinished = new bool[count];
        var next = Enumerable.Repeat((long)tokens.Start, count).ToArray();
        for (var step = 0; step < maxNewTokens && !isFinished.All(finished => finished); step++)
        {
            using var scope = NewDisposeScope();
            var logits = decoder.Step(tensor(next, device: memory.device), pictures, cache);
            var (ids, all) = choose(logits, written);
            next = ids.cpu().data<long>().ToArray();
            var chosen = all.gather(1, ids).to_type(ScalarType.Float32).cpu().data<float>().ToArray();
            for (var i = 0; i < count; i++)
            {
                written[i].Add((int)next[i]);
                logProbs[i].Add(chosen[i]);
                isFinished[i] |= next[i] == tokens.End;
            }
        }
        return [.. written.Select((ids, i) => Finished(ids, logProbs[i]))];
    }

    /// <summary>Cuts off what was written after the end token, while other captions of the batch went on.</summary>
    GeneratedCaption Finished(List<int> ids, List<float> logProbs)
    {
        var end = ids.IndexOf(tokens.End);
        var length = end < 0 ? ids.Count : end + 1;
        return new GeneratedCaption([.. ids.Take(length)], [.. logProbs.Take(length)]);
    }
}
