using System.Collections.Concurrent;
using Pipeline.Rewards;

namespace Pipeline.Similarity.Tests.Rewards;

/// <summary>A reward of drawings that does what a test says.</summary>
sealed class ScriptedPictureReward(
    Func<IReadOnlyList<DrawingsToScore>, CancellationToken, Task<IReadOnlyList<IReadOnlyList<double>>>> score) : IPictureReward
{
    readonly ConcurrentQueue<IReadOnlyList<DrawingsToScore>> asked = [];

    /// <summary>Every drawing has a score of its own.</summary>
    public ScriptedPictureReward(Func<DrawingToScore, double> score)
        : this((batch, _) => Task.FromResult<IReadOnlyList<IReadOnlyList<double>>>(
            [.. batch.Select(caption => caption.Drawings.Select(score).ToArray())]))
    {
    }

    /// <summary>The drawings that it was asked about, by their samples, one list for each call and caption.</summary>
    public IReadOnlyList<int[]> Asked => [.. asked.SelectMany(batch => batch).Select(Samples)];

    public int Calls => asked.Count;

    public string Model => "scripted";

    public Task<IReadOnlyList<IReadOnlyList<double>>> ScoreAsync(IReadOnlyList<DrawingsToScore> batch, CancellationToken cancellation)
    {
        asked.Enqueue(batch);
        return score(batch, cancellation);
    }

    static int[] Samples(DrawingsToScore caption) => [.. caption.Drawings.Select(drawing => drawing.Sample)];
}
