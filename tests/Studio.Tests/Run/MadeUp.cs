using Pipeline.Projections.Figures;
using Pipeline.Projections.Runs;

namespace Pipeline.Studio.Tests.Run;

/// <summary>A run and its figures, made up.</summary>
static class MadeUp
{
    public static readonly DateTimeOffset Started = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static RunSettings Settings(params (string Reward, double Weight)[] rewards) => new()
    {
        Name = "made up", Captioner = new('a', 64), TrainPictures = new('b', 64), Rewards = rewards.ToDictionary(reward => reward.Reward, reward => reward.Weight),
    };

    public static RunSummary Run(RunSettings? settings = null) => RunSummary.Of(new RunStarted(Guid.NewGuid(), settings ?? Settings(("blip", 1))), Started);

    /// <summary>Steps of ten seconds, opened a second after the one before was made, of four captions each.</summary>
    public static RunFigureTable Table(params (string Name, double[] Values)[] figures)
    {
        var steps = figures.Length == 0 ? 0 : figures[0].Values.Length;
        DateTimeOffset[] made = [.. Enumerable.Range(1, steps).Select(step => Started.AddSeconds(10 * step))];
        return new(
            Guid.NewGuid(), [.. figures.Select(figure => figure.Name)], [.. Enumerable.Range(1, steps)], [.. made.Select(at => at.AddSeconds(-9))], made,
            [.. Enumerable.Repeat(4, steps)], [.. figures.Select(figure => figure.Values)], []);
    }
}
