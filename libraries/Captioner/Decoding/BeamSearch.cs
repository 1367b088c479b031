using Pipeline.Captioner.Configuration;
using Pipeline.Captioner.Networks;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Decoding;

/// <summary>A caption found by beam search.</summary>
/// <param name="Caption">The caption.</param>
/// <param name="Score">The sum of its log probabilities (after the score rules) divided by length to the power of the length
/// penalty.</param>
public sealed record ScoredCaption(GeneratedCaption Caption, double Score);

/// <summary>
/// Beam search as transformers' <c>generate</c> does it. Each step looks at the 2 x beams best continuations of a picture: those that end
/// become hypotheses if they are among the first beams of them, the others fill the beams of the next step.
/// </summary>
sealed class BeamSearch(CaptionDecoder decoder, SpecialTokens tokens, BeamOptions options)
{
    /// <summary>The initial score of all beams of a picture but the first, which would otherwise be copies of it.</summary>
    const float Unused = -1e9f;

    readonly int beams = options.Beams;

    /// <summary>A running hypothesis: tokens with the start token, log probabilities without it.</summary>
    sealed record Beam(int[] Ids, float[] LogProbs, float Score);

    public IReadOnlyList<ScoredCaption>[] Run(Tensor memory)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(beams, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxNewTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Returned, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Returned, beams);
        var count = (int)memory.shape[0];
        using var inference = inference_mode();
        using var pictures = decoder.Read(memory);
        using var cache = decoder.NewCache(count * beams, options.MaxNewTokens);

        BeamHypotheses[] finished = [.. Enumerable.Range(0, count).Select(_ => new BeamHypotheses(options))];
        Beam[] running = [.. Enumerable.Range(0, count * beams).Select(i => new Beam([tokens.Start], [], i % beams == 0 ? 0 : Unused))];
        for (var step = 0; step < options.MaxNewTokens && !finished.All(hypotheses => hypotheses.IsDone); step++)
        {
            using var scope = NewDisposeScope();
            var logits = decoder.Step(tensor(running.Select(beam => (long)beam.Ids[^1]).ToArray(), device: memory.device), pictures, cache);
            var candidates = Candidates(logits.log_softmax(-1), running);
            var origins = new long[running.Length];
            running = [.. Enumerable.Range(0, count).SelectMany(p => Advance(p, candidates[p], running, finished[p], origins))];
            cache.Reorder(tensor(origins, device: memory.device));
        }

        for (var i = 0; i < running.Length; i++)
        {
            // A picture that is done has its hypotheses; the others' beams were cut off at the longest caption.
            if (!finished[i / beams].IsDone)
                finished[i / beams].Add(running[i].Ids[1..], running[i].LogProbs, running[i].Score, running[i].Ids.Length - 1);
        }
        return [.. finished.Select(hypotheses => hypotheses.Best(options.Returned))];
    }

    /// <summary>A continuation of a running hypothesis by one token.</summary>
    readonly record struct Candidate(int Beam, int Token, float Score, float LogProb);

    /// <summary>The 2 x beams best continuations of each picture, best first.</summary>
    Candidate[][] Candidates(Tensor logProbs, Beam[] running)
    {
        var vocabulary = logProbs.shape[1];
        var count = running.Length / beams;
        var scores = ScoreProcessing.Apply(logProbs, [.. running.Select(beam => beam.Ids)], options.Rules, tokens.End)
            + tensor(running.Select(beam => beam.Score).ToArray(), device: logProbs.device).unsqueeze(1);
        var (best, places) = scores.view(count, beams * vocabulary).topk((int)Math.Min(2 * beams, beams * vocabulary), dim: 1);
        var unprocessed = logProbs.view(count, beams * vocabulary).gather(1, places).cpu().data<float>().ToArray();
        var (scoreOf, placeOf) = (best.cpu().data<float>().ToArray(), places.cpu().data<long>().ToArray());
        return [.. Enumerable.Range(0, scoreOf.Length)
            .Select(i => new Candidate((int)(placeOf[i] / vocabulary), (int)(placeOf[i] % vocabulary), scoreOf[i], unprocessed[i]))
            .Chunk(scoreOf.Length / count)];
    }

    /// <summary>Sorts one picture's candidates into finished hypotheses and the next step's beams.</summary>
    IEnumerable<Beam> Advance(int picture, Candidate[] candidates, Beam[] running, BeamHypotheses finished, long[] origins)
    {
        var first = picture * beams;
        var next = new List<Beam>(beams);
        for (var rank = 0; rank < candidates.Length && next.Count < beams; rank++)
        {
            var candidate = candidates[rank];
            var origin = running[first + candidate.Beam];
            if (candidate.Token != tokens.End)
            {
                origins[first + next.Count] = first + candidate.Beam;
                next.Add(new Beam([.. origin.Ids, candidate.Token], [.. origin.LogProbs, candidate.LogProb], candidate.Score));
            }
            else if (rank < beams && !finished.IsDone)
            {
                finished.Add([.. origin.Ids[1..], tokens.End], [.. origin.LogProbs, candidate.LogProb], candidate.Score,
                    origin.Ids.Length - 1);
            }
        }
        finished.StopIfNothingBetterCanCome(candidates[0].Score, running[first].Ids.Length - 1);
        return next;
    }
}
