using Pipeline.Contracts;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>Those of a step's figures that its events decide, without the networks: anybody can compute them again, exactly.</summary>
public static class RecordedFigures
{
    /// <summary>The figures by name.</summary>
    /// <param name="step">The step.</param>
    /// <param name="settings">The run's settings.</param>
    /// <param name="captions">The step's captions.</param>
    /// <param name="kl">The step's KL to the reference, in nats per caption.</param>
    /// <param name="klCoefficient">The KL penalty's coefficient in this step.</param>
    public static IEnumerable<(string Name, double Value)> Of(
        int step, RunSettings settings, IReadOnlyList<LearningCaption> captions, double kl, double klCoefficient)
    {
        var ppo = settings.Ppo;
        yield return ("objective/kl_coef", klCoefficient);
        yield return ("objective/non_score_reward", -klCoefficient * kl);
        yield return ("caption/length_mean", captions.Average(caption => caption.TokenIds.Count));
        yield return ("staleness", captions.Average(caption => (double)(step - caption.PolicyVersion)));
        yield return ("learning_rate", ppo.LearningRate * LearningRate.Factor(ppo.Schedule, ppo.WarmupSteps, step, settings.Steps));

        // Rewards of weight 0 too: they are recorded for every caption and only not learned from.
        foreach (var reward in settings.Rewards.Keys)
        {
            var values = captions.Where(caption => caption.Scores.ContainsKey(reward)).Select(caption => caption.Scores[reward]).ToList();
            if (values.Count == 0)
                continue;
            var moments = new RewardMoments(0, 0, 0, 0).Add(values);
            yield return ($"reward/{reward}/mean", moments.Mean);
            yield return ($"reward/{reward}/std", moments.StandardDeviation);
        }
    }
}
