using System.Globalization;
using Pipeline.Cli.Terminal;

namespace Pipeline.Cli.StartRun;

/// <summary>Rewards as people type them: <c>name</c> or <c>name=weight</c>.</summary>
static class RewardOption
{
    /// <summary>The weights by name; a reward without a weight has 1.</summary>
    /// <exception cref="CliException">A name is empty or there twice, or a weight is no number of at least 0.</exception>
    public static IReadOnlyDictionary<string, double> Parse(IEnumerable<string> values)
    {
        var rewards = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var value in values)
        {
            var parts = value.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts[0].Length == 0)
                throw new CliException($"--reward {value}: a reward has a name, as in --reward blip or --reward blip=0.5");
            var weight = 1.0;
            if (parts.Length == 2 && !(double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out weight)
                && weight >= 0 && double.IsFinite(weight)))
                throw new CliException($"--reward {value}: the weight must be a number of at least 0, as in --reward {parts[0]}=0.5");
            if (!rewards.TryAdd(parts[0], weight)) throw new CliException($"--reward {value}: {parts[0]} is there twice");
        }
        return rewards;
    }
}
