using Pipeline.Contracts;

namespace Pipeline.Seeding;

/// <summary>A replay of the run's middle by a stricter BLIP.</summary>
/// <param name="run">The run, written.</param>
sealed class ReplayHistory(RunHistory run)
{
    /// <summary>The reward that scores again.</summary>
    public const string Reward = "blip-strict";

    /// <summary>The replay.</summary>
    public Guid ReplayId { get; } = Ids.Replay(CanonicalJson.Sha256(new { run.RunId, Reward }), 0);

    /// <summary>The new scores by caption, once they are written.</summary>
    public Dictionary<Guid, double> Scores { get; } = [];

    /// <summary>All events.</summary>
    public IReadOnlyList<SeededEvent> Events()
    {
        var (first, count) = (run.FirstReplayedStep, run.ReplayedSteps);
        var captions = run.Recorded.SelectMany(step => step.Scores).ToArray();
        var model = SeededEvent.Hash($"model of {Reward}");
        List<SeededEvent> events =
        [
            Own("replay-started", "", 0, new ReplayStarted(
                ReplayId, run.RunId, Reward, "blip", new ReplaySelection(first, first + count - 1), captions.Length, SeededEvent.Hash("captions"))),
        ];
        foreach (var (caption, place) in captions.Select((caption, place) => (caption, place)))
        {
            var score = Scores[caption.CaptionId] = (1.4 * caption.Score) - 0.35 + (0.07 * MadeUpFigures.Normal(run.Numbers));
            events.Add(Own("caption-rescored", caption.CaptionId, place, new CaptionRescored(
                ReplayId, caption.CaptionId, Reward, score, [], new Dictionary<string, double>(), model)));
        }
        events.Add(Own("replay-completed", "", captions.Length, new ReplayCompleted(ReplayId, captions.Length, model, SeededEvent.Hash("scores"))));
        return events;
    }

    SeededEvent Own(string kind, object discriminator, int place, object data) => new(
        Streams.Replay(ReplayId), Ids.Event(Streams.Replay(ReplayId), kind, discriminator), data, "cli", run.RunId, run.Seconds + 60 + (0.0005 * place));
}
