using System.Diagnostics;

namespace Pipeline.Testing;

/// <summary>Waits for what happens elsewhere: asks often, gives up late.</summary>
public static class Eventually
{
    /// <summary>How long it asks: only a test that fails takes so long, also on a machine that is busy with other things.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until <paramref name="condition"/> holds.</summary>
    /// <param name="what">What is waited for.</param>
    /// <param name="condition">Asks whether it is so.</param>
    /// <param name="pause">Between two questions, when asking is costly; 50 ms without it.</param>
    /// <exception cref="TimeoutException">It did not within <see cref="Limit"/>; the message says <paramref name="what"/>.</exception>
    public static Task HoldsAsync(string what, Func<Task<bool>> condition, TimeSpan? pause = null) =>
        GetAsync(what, async () => await condition() ? what : null, pause);

    /// <summary>Waits until <paramref name="condition"/> holds.</summary>
    /// <exception cref="TimeoutException">It did not within <see cref="Limit"/>; the message says <paramref name="what"/>.</exception>
    public static Task HoldsAsync(string what, Func<bool> condition) => HoldsAsync(what, () => Task.FromResult(condition()));

    /// <summary>Waits until <paramref name="ask"/> gives something and returns it.</summary>
    /// <exception cref="TimeoutException">It did not within <see cref="Limit"/>; the message says <paramref name="what"/>.</exception>
    public static async Task<T> GetAsync<T>(string what, Func<Task<T?>> ask, TimeSpan? pause = null)
        where T : class
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Limit)
        {
            if (await ask() is { } answer) return answer;
            await Task.Delay(pause ?? Pause);
        }
        throw new TimeoutException($"Within {Limit.TotalSeconds} seconds this did not happen: {what}.");
    }
}
