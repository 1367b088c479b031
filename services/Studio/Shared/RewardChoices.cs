using Pipeline.Client;
using Pipeline.Projections;

namespace Pipeline.Studio.Shared;

/// <summary>The rewards that a form lists.</summary>
/// <param name="Offered">What the broker says of them at this moment.</param>
/// <param name="Names">Their names, ordered.</param>
public sealed record RewardChoice(OfferedRewards Offered, IReadOnlyList<string> Names)
{
    /// <summary>Before anybody looked.</summary>
    public static readonly RewardChoice None = new(OfferedRewards.Of([]), []);

    /// <summary>Whether every reward that is offered is among them; else any other name may be right, too.</summary>
    public bool IsWhole => Offered.IsWhole;

    /// <summary>A reward's name, with what is to be known of it.</summary>
    public string Label(string reward) =>
        Offered.Pictures.Contains(reward) ? $"{reward} (looks at drawings: slow)" : Offered.Offers(reward) ? reward : $"{reward} (no service offers it at the moment)";
}

/// <summary>
/// Finds the rewards that a form lists: those that are offered, which only the management API can tell. Where it does not, those that people are
/// likely to mean; of each of them the broker itself says whether it is offered.
/// </summary>
sealed class RewardChoices(Connection connection, ProjectionStore projections)
{
    /// <summary>The embedded pack's.</summary>
    static readonly string[] Usual = ["blip", "oracle", "vgg"];

    /// <summary>So many names are asked for at most: each costs the broker two questions.</summary>
    const int Most = 40;

    /// <summary>The rewards at this moment.</summary>
    public async Task<RewardChoice> NowAsync(CancellationToken cancellation)
    {
        var newestFirst = (await projections.RunsAsync(cancellation)).Reverse().SelectMany(run => run.Settings.Rewards.Keys);
        var known = Usual.Concat(newestFirst).Distinct().Take(Most).ToArray();
        var offered = await new RewardDiscovery(connection.Options).NowAsync(known, cancellation);
        return new(offered, offered.IsWhole ? offered.All : [.. known.Order(StringComparer.Ordinal)]);
    }
}
