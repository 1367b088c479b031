using System.Text.RegularExpressions;

namespace Pipeline.Client;

/// <summary>
/// The rewards that services offer. A reward shows itself by its queue: <c>score-captions-NAME</c> scores captions,
/// <c>score-images-NAME</c> looks at pictures that are drawn of them.
/// </summary>
/// <param name="Captions">Rewards that score the captions themselves.</param>
/// <param name="Pictures">Rewards that look at drawn pictures.</param>
/// <param name="IsWhole">Whether these are all; else only those that were asked about.</param>
public sealed partial record OfferedRewards(IReadOnlySet<string> Captions, IReadOnlySet<string> Pictures, bool IsWhole)
{
    /// <summary>The names of both kinds, ordered.</summary>
    public IReadOnlyList<string> All => [.. Captions.Union(Pictures).Order(StringComparer.Ordinal)];

    /// <summary>What the names of queues tell. Queues of anything else, parked messages included, are left out.</summary>
    public static OfferedRewards Of(IEnumerable<string> queues, bool isWhole = true)
    {
        var found = queues.Select(queue => QueueName.Match(queue)).Where(match => match.Success)
            .ToLookup(match => match.Groups["kind"].Value, match => match.Groups["name"].Value);
        return new(found["captions"].ToHashSet(), found["images"].ToHashSet(), isWhole);
    }

    /// <summary>The queues that a reward of this name could have.</summary>
    public static string[] Queues(string reward) => [$"score-captions-{reward}", $"score-images-{reward}"];

    /// <summary>The queue that this reward takes its work from.</summary>
    public string Queue(string reward) => Queues(reward)[Pictures.Contains(reward) ? 1 : 0];

    /// <summary>Whether somebody offers that reward.</summary>
    public bool Offers(string reward) => Captions.Contains(reward) || Pictures.Contains(reward);

    /// <summary>Throws when a reward is asked for that nobody offers.</summary>
    /// <param name="asked">The names.</param>
    /// <param name="wayOut">What else the user can do, as the end of the sentence; empty for nothing.</param>
    /// <exception cref="RequestException">Names it, what there is and how to add one.</exception>
    public void Require(IEnumerable<string> asked, string wayOut = "")
    {
        if (asked.Where(name => !Offers(name)).ToArray() is not [var missing, ..]) return;
        var there = All.Count == 0 ? "no reward is offered here yet" : $"there are {string.Join(", ", All)}";
        var others = IsWhole ? "" : "; whether there are others RabbitMQ's management API knows (Pipeline__RabbitMqManagement), which does not answer or is not configured";
        throw new RequestException(
            $"no service offers the reward '{missing}': {there}{others}. Add it to Similarity (Similarity__Rewards__{missing}__Type and "
            + $"so on), or start a service of your own whose queue is {string.Join(" or ", Queues(missing))}{wayOut}");
    }

    [GeneratedRegex("^score-(?<kind>captions|images)-(?<name>[a-z0-9]+(-[a-z0-9]+)*)$")]
    private static partial Regex QueueName { get; }
}
