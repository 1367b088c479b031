using Pipeline.Captioner.Configuration;
using Pipeline.Captioner.Networks;
using Pipeline.Models;
using static Pipeline.Captioner.KeptScalar;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Decoding;

/// <summary>
/// Writes captions one token at a time with cached keys and values. Several captions of a picture share what cross attention reads of it.
/// The same memory, seeds and options give the same captions, bit for bit, on the same machine and number of threads.
/// </summary>
/// <param name="decoder">The policy.</param>
/// <param name="tokens">The special tokens.</param>
public sealed class CaptionSampler(CaptionDecoder decoder, SpecialTokens tokens)
{
    /// <summary>
    /// Draws each token from softmax(logits / temperature) by inverting its cumulative distribution, summed in double precision, at a
    /// uniform number that depends on nothing but the caption's seed and the token's index (<see cref="Philox.Uniform"/>). So a caption
    /// does not depend on what else is in its batch.
    /// </summary>
    /// <param name="memory">The pictures, [P, S, width].</param>
    /// <param name="seeds">One per caption. P divides their number: with n = seeds / P, captions 0 to n - 1 are of picture 0, and so
    /// on.</param>
    /// <param name="options">Temperature and limits.</param>
    /// <returns>One caption per seed, in their order.</returns>
    public GeneratedCaption[] Sample(Tensor memory, IReadOnlyList<long> seeds, SamplingOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Temperature);
        return Write(memory, seeds.Count, options.MaxNewTokens, (logits, running) =>
        {
            var scores = logits.to_type(ScalarType.Float64) / Kept(options.Temperature);
            if (options.TopK > 0) scores = ScoreProcessing.TopK(scores, options.TopK);
            if (options.TopP < 1) scores = ScoreProcessing.TopP(scores, options.TopP);
            var logProbs = scores.log_softmax(-1);
            var cumulative = logProbs.exp().cumsum(-1);
            var uniform = running.Select(caption => Philox.Uniform(seeds[caption.Index], caption.Ids.Count)).ToArray();
            var total = cumulative.narrow(1, cumulative.shape[1] - 1, 1);
            return (searchsorted(cumulative, tensor(uniform, device: logits.device).unsqueeze(1) * total, right: true), logProbs);
        });
    }

    /// <summary>Takes the most probable token each time.</summary>
    /// <param name="memory">The pictures, [P, S, width].</param>
    /// <param name="maxNewTokens">Most tokens of a caption, the end token included.</param>
    /// <param name="rules">Rules that change which token is most probable; log probabilities are given without them.</param>
    /// <returns>One caption per picture.</returns>
    public GeneratedCaption[] Greedy(Tensor memory, int maxNewTokens = 20, ScoreRules? rules = null) =>
        Write(memory, (int)memory.shape[0], maxNewTokens, (logits, running) =>
        {
            var scores = rules is null
                ? logits
                : ScoreProcessing.Apply(logits, [.. running.Select(caption => (int[])[tokens.Start, .. caption.Ids])], rules, tokens.End);
            return (scores.argmax(-1, keepdim: true), logits.log_softmax(-1));
        });

    /// <summary>Follows several hypotheses at once and returns the best.</summary>
    /// <param name="memory">The pictures, [P, S, width].</param>
    /// <param name="options">How.</param>
    /// <returns>For each picture its best hypotheses, best first.</returns>
    public IReadOnlyList<ScoredCaption>[] BeamSearch(Tensor memory, BeamOptions options) =>
        new BeamSearch(decoder, tokens, options).Run(memory);

    /// <summary>A caption that is being written.</summary>
    sealed record Draft(int Index)
    {
        public List<int> Ids { get; } = [];

        public List<float> LogProbs { get; } = [];

        public bool IsFinished { get; private set; }

        public void Add(int id, float logProb, int end)
        {
            if (IsFinished) return;
            if (!(logProb <= 0))
                throw new InvalidOperationException($"A token's log probability is {logProb}: the decoder's weights are broken.");
            Ids.Add(id);
            LogProbs.Add(logProb);
            IsFinished = id == end;
        }
    }

    /// <summary>Chooses the next token of each running caption.</summary>
    /// <param name="logits">[B, vocabulary].</param>
    /// <param name="running">The captions of the rows.</param>
    /// <returns>The tokens, [B, 1], and log probabilities of all tokens, [B, vocabulary].</returns>
    delegate (Tensor Ids, Tensor LogProbs) Choice(Tensor logits, IReadOnlyList<Draft> running);

    GeneratedCaption[] Write(Tensor memory, int count, int maxNewTokens, Choice choose)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNewTokens);
        if (count % memory.shape[0] != 0)
            throw new ArgumentException($"{count} captions of {memory.shape[0]} pictures: not the same number of each.", nameof(count));
        using var inference = inference_mode();
        using var pictures = decoder.Read(memory);
        using var cache = decoder.NewCache(count, maxNewTokens);

        Draft[] drafts = [.. Enumerable.Range(0, count).Select(index => new Draft(index))];
        var running = drafts;
        for (var step = 0; step < maxNewTokens && running.Length > 0; step++)
        {
            using var scope = NewDisposeScope();
            // A finished caption that still has its row is fed anything; what comes of it is dropped.
            var last = running.Select(caption => (long)(step == 0 ? tokens.Start : caption.Ids[^1])).ToArray();
            var (ids, logProbs) = choose(decoder.Step(tensor(last, device: memory.device), pictures, cache), running);
            var chosen = ids.cpu().data<long>();
            var chosenLogProbs = logProbs.gather(1, ids).to_type(ScalarType.Float32).cpu().data<float>();
            for (var row = 0; row < running.Length; row++) running[row].Add((int)chosen[row], chosenLogProbs[row], tokens.End);
            running = DropFinished(running, pictures, cache);
        }
        return [.. drafts.Select(draft => new GeneratedCaption([.. draft.Ids], [.. draft.LogProbs]))];
    }

    /// <summary>
    /// Once half of the pictures have all their captions, takes them out of the batch: captions differ in length, and a row costs the same
    /// whether it is finished or not. Not at each one, because moving the others costs as well.
    /// </summary>
    static Draft[] DropFinished(Draft[] running, PictureMemory pictures, KeyValueCache cache)
    {
        var ofPicture = running.Chunk(running.Length / (int)pictures.Pictures).ToArray();
        var going = Enumerable.Range(0, ofPicture.Length).Where(p => !ofPicture[p].All(draft => draft.IsFinished)).ToArray();
        if (2 * going.Length > ofPicture.Length) return running;
        if (going.Length == 0) return [];
        var perPicture = ofPicture[0].Length;
        var rows = going.SelectMany(p => Enumerable.Range(p * perPicture, perPicture)).ToArray();
        cache.Reorder(tensor(rows.Select(row => (long)row).ToArray(), device: cache.Device));
        pictures.Keep(tensor(going.Select(p => (long)p).ToArray(), device: cache.Device));
        return [.. rows.Select(row => running[row])];
    }
}
