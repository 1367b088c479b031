using System.Globalization;
using Pipeline.Contracts;

namespace Pipeline.Studio.StartRun;

/// <summary>What somebody typed into the form, as typed, and what is wrong with it.</summary>
/// <param name="Values">The fields by their names.</param>
/// <param name="Problems">What is wrong, by field; under the empty name what belongs to none.</param>
public sealed record RunForm(IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, string> Problems)
{
    const string Weight = "weight:";

    /// <summary>A form that nobody has filled in.</summary>
    public static readonly RunForm Empty = new(new Dictionary<string, string>(), new Dictionary<string, string>());

    /// <summary>A field as typed.</summary>
    public string this[string field] => Values.GetValueOrDefault(field, "");

    /// <summary>The name of a reward's field.</summary>
    public static string WeightOf(string reward) => Weight + reward;

    /// <summary>The rewards that have a field in it.</summary>
    public IEnumerable<string> Rewards => Values.Keys.Where(name => name.StartsWith(Weight, StringComparison.Ordinal)).Select(name => name[Weight.Length..]);

    /// <summary>Reads a form.</summary>
    public static RunForm Of(IFormCollection form) =>
        new(form.ToDictionary(field => field.Key, field => field.Value.ToString().Trim()), new Dictionary<string, string>());

    /// <summary>The same with problems: those of the settings at their fields.</summary>
    public RunForm With(IEnumerable<string> problems)
    {
        var byField = new Dictionary<string, string>(Problems);
        foreach (var problem in problems)
        {
            var setting = problem.Split(':')[0];
            var field = setting.StartsWith("rewards", StringComparison.Ordinal) ? "rewards" : setting.Split('.')[^1];
            if (!Fields.Contains(field)) field = "";
            byField[field] = byField.TryGetValue(field, out var before) ? $"{before} {problem}" : problem;
        }
        return this with { Problems = byField };
    }

    /// <summary>The order; null when a field cannot be read, and <paramref name="read"/> says which.</summary>
    public RunOrder? Order(out RunForm read)
    {
        var problems = new Dictionary<string, string>();
        int? steps = Whole("steps", problems), batch = Whole("batchSize", problems);
        long? seed = Seed(problems);
        double? rate = Number("learningRate", problems), kl = Number("klCoefficient", problems);
        var rewards = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (field, typed) in Values.Where(value => value.Key.StartsWith(Weight, StringComparison.Ordinal) && value.Value != ""))
            if (Number(field, problems) is { } weight) rewards[field[Weight.Length..]] = weight;
        if (this["pictures"] == "") problems["pictures"] = "A run needs pictures to learn from.";
        if (rewards.Count == 0 && !problems.Keys.Any(field => field.StartsWith(Weight, StringComparison.Ordinal)) && !SettingsHaveRewards)
            problems["rewards"] = "A run learns from at least one reward: give it a weight above 0.";
        read = this with { Problems = problems };
        return problems.Count > 0 ? null : new(
            this["pictures"], Text("preset"), Text("name"), Text("heldOut"), rewards, steps, batch, seed, rate, kl, null, Text("settings"),
            this["mayWait"] != "");
    }

    /// <summary>The settings that have a field of their own, by the last part of their names.</summary>
    static readonly HashSet<string> Fields = ["batchSize", "learningRate", "klCoefficient", "rewards", "seed", "steps", "name"];

    /// <remarks>What is no JSON is refused with its own reason when it is read, and not for what it may say.</remarks>
    bool SettingsHaveRewards
    {
        get
        {
            try
            {
                return this["settings"] != "" && SettingsFile.Has(this["settings"], "rewards");
            }
            catch (SettingsException)
            {
                return true;
            }
        }
    }

    string? Text(string field) => this[field] is { Length: > 0 } text ? text : null;

    int? Whole(string field, Dictionary<string, string> problems) =>
        this[field] == "" ? null
        : int.TryParse(this[field], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : Wrong<int>(field, "a whole number such as 100", problems);

    long? Seed(Dictionary<string, string> problems) =>
        this["seed"] == "" ? null
        : long.TryParse(this["seed"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : Wrong<long>("seed", "a whole number such as 1", problems);

    double? Number(string field, Dictionary<string, string> problems) =>
        this[field] == "" ? null
        : double.TryParse(this[field], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0 && double.IsFinite(number) ? number
        : Wrong<double>(field, "a number of at least 0, such as 0.2 or 2e-4", problems);

    T? Wrong<T>(string field, string wanted, Dictionary<string, string> problems)
        where T : struct
    {
        problems[field] = $"'{this[field]}' is not {wanted}.";
        return null;
    }
}
