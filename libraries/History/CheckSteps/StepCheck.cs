using Pipeline.Captioner.Configuration;
using Pipeline.Contracts;
using Pipeline.History.ReadEvents;
using Pipeline.Learning.Steps;
using Pipeline.Learning.UpdatePolicy;

namespace Pipeline.History.CheckSteps;

/// <summary>
/// What a step made of its captions, as far as that takes no network: the root over their events, the normalisation of their scores, the
/// figures that follow from them. Steps are checked in their order: what is remembered of scores goes from one to the next.
/// </summary>
sealed class StepCheck(RunSettings settings, SpecialTokens? tokens)
{
    TrainerState _state = TrainerState.Initial(settings.Ppo);

    /// <summary>Checks the next step.</summary>
    /// <param name="event">What it made, a <see cref="PolicyUpdated"/>.</param>
    /// <param name="opened">The step.</param>
    /// <param name="record">What it learned from.</param>
    /// <param name="suspects">The streams that this was read from.</param>
    /// <param name="isConfirmed">Whether another event says that <paramref name="event"/> is as it was.</param>
    /// <returns>What the trainer remembers after it; the steps of its optimiser are not known here and 0.</returns>
    public TrainerState Check(ReadEvent @event, StepOpened opened, StepRecord record, IReadOnlyList<string> suspects, bool isConfirmed)
    {
        var updated = (PolicyUpdated)@event.Data;
        if (record.BatchRoot != updated.BatchRoot)
            throw @event.Bad(
                $"batchRoot: expected {record.BatchRoot} from the events of its {record.Captions.Count} captions, found {updated.BatchRoot}"
                + (isConfirmed ? ": one of their events was changed" : ": one of their events was changed, or this one"),
                isConfirmed ? suspects : [.. suspects, @event.Recorded.Stream]);

        var normaliser = new ScoreNormaliser(settings.Rewards, settings.Ppo, _state.Rewards);
        @event.Require(updated with { Rewards = normaliser.Observe(record.Learned) });
        var kl = updated.Metrics.TryGetValue("objective/kl", out var found) ? found : throw @event.Bad("metrics: objective/kl is missing");
        foreach (var (name, value) in Figures(opened.Step, record.Learned, kl))
        {
            if (!updated.Metrics.TryGetValue(name, out var recorded)) throw @event.Bad($"metrics.{name}: expected {value:R}, found nothing");
            if (recorded != value) throw @event.Bad($"metrics.{name}: expected {value:R}, found {recorded:R}");
        }

        var ppo = settings.Ppo;
        var next = KlController.Next(_state.KlCoefficient, kl, record.Learned.Count, ppo.AdaptiveKlTarget, ppo.AdaptiveKlHorizon);
        return _state = new TrainerState(updated.Version, 0, next, normaliser.Moments);
    }

    IEnumerable<(string Name, double Value)> Figures(int step, IReadOnlyList<LearningCaption> captions, double kl)
    {
        var figures = RecordedFigures.Of(step, settings, captions, kl, _state.KlCoefficient);
        return tokens is null
            ? figures
            : figures.Append(("caption/eos_rate", captions.Average(caption => caption.TokenIds[^1] == tokens.End ? 1.0 : 0.0)));
    }
}
