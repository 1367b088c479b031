using Pipeline.Contracts;

namespace Pipeline.Seeding;

/// <summary>Evaluations over the held-out pictures, as the Learner asks for them: greedy and sampled.</summary>
/// <param name="runId">The run.</param>
/// <param name="settings">Its settings.</param>
/// <param name="pack">Its pictures.</param>
/// <param name="captions">Writes the captions.</param>
sealed class EvaluationHistory(Guid runId, RunSettings settings, PackPictures pack, CaptionHistory captions)
{
    const string Split = "heldout";

    /// <summary>Measures a version.</summary>
    /// <returns>When it is done, in seconds.</returns>
    public double Add(List<SeededEvent> events, PolicyRef policy, double progress, double seconds)
    {
        foreach (var mode in (DecodingMode[])[DecodingMode.Greedy, DecodingMode.Sample])
        {
            CaptionRequest[] requests =
            [
                .. pack.HeldOutPictures.Select(picture => new CaptionRequest(
                    Ids.EvaluationCaption(runId, policy.Version, Split, mode.ToString(), picture), picture, 0, Ids.Seed(settings.Seed, -1, picture, 0))),
            ];
            var discriminator = $"{policy.Version}/{mode}";
            events.Add(Own("evaluation-opened", discriminator, new EvaluationOpened(runId, policy, Split, new Decoding(mode), requests), seconds));
            var written = captions.Write(events, requests, CaptionPurpose.Evaluation, policy.Version, policy, mode, progress, seconds);
            events.Add(Own("evaluated", discriminator, Summary(policy.Version, mode, written, progress), seconds += 1));
        }
        return seconds;
    }

    Evaluated Summary(int version, DecodingMode mode, IReadOnlyList<WrittenCaption> written, double progress)
    {
        var rewards = written.SelectMany(caption => caption.Scores).GroupBy(score => score.Reward).ToDictionary(
            reward => reward.Key,
            reward => new RewardSummary(
                reward.Count(), reward.Average(score => score.Score), MadeUpFigures.Deviation([.. reward.Select(score => score.Score)]),
                reward.First().Details.Keys.ToDictionary(name => name, name => reward.Average(score => score.Details[name]))));
        var metrics = new Dictionary<string, double>
        {
            ["bleu_4"] = 0.1 + (0.25 * progress), ["cider_d"] = 0.4 + (0.9 * progress), ["rouge_l"] = 0.35 + (0.2 * progress),
            ["distinct_1"] = 0.4 - (0.1 * progress), ["perplexity"] = 5 - (2 * progress), ["repetition"] = 0.03,
            ["length"] = written.Average(caption => caption.Caption.TokenIds.Count - 1.0),
        };
        return new(
            runId, version, Split, mode, rewards, written.Average(caption => caption.Caption.TokenIds.Count), SeededEvent.Hash($"{runId} {version} {mode}"),
            metrics, [.. written.Select(caption => (double)caption.Caption.LogProbs.Sum() - (3 * progress))]);
    }

    SeededEvent Own(string kind, object discriminator, object data, double seconds) =>
        new(Streams.Run(runId), Ids.Event(Streams.Run(runId), kind, discriminator), data, "learner", runId, seconds);
}
