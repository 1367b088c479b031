using System.Globalization;
using Pipeline.Client;

namespace Pipeline.Studio.Replays;

/// <summary>What somebody typed into the form, as typed, and what is wrong with it.</summary>
/// <param name="Values">The fields by their names.</param>
/// <param name="Problem">What is wrong; null for nothing.</param>
public sealed record ReplayForm(IReadOnlyDictionary<string, string> Values, string? Problem = null)
{
    /// <summary>A form that nobody has filled in.</summary>
    public static readonly ReplayForm Empty = new(new Dictionary<string, string>());

    /// <summary>A field as typed.</summary>
    public string this[string field] => Values.GetValueOrDefault(field, "");

    /// <summary>Reads a form.</summary>
    public static ReplayForm Of(IFormCollection form) => new(form.ToDictionary(field => field.Key, field => field.Value.ToString().Trim()));

    /// <summary>The order.</summary>
    /// <exception cref="RequestException">A field cannot be read; the message names it.</exception>
    public ReplayOrder Order()
    {
        if (!Guid.TryParse(this["run"], out var runId)) throw new RequestException("Choose a run.");
        if (this["reward"] == "") throw new RequestException("Choose the reward that scores again.");
        int? first = Number("firstStep", "First step"), last = Number("lastStep", "Last step");
        if (last < first) throw new RequestException($"Last step: {last} is before the first, {first}.");
        return new(
            runId, this["reward"], this["against"] is { Length: > 0 } against ? against : null, first - 1 ?? 0, last - 1 ?? int.MaxValue, null, Number("sample", "Only so many"), Number("seed", "Seed", least: 0) ?? 0,
            this["redraw"] != "", New: this["new"] != "");
    }

    int? Number(string field, string label, int least = 1) =>
        this[field] == "" ? null
        : int.TryParse(this[field], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least ? number
        : throw new RequestException($"{label}: '{this[field]}' is not a whole number of at least {least}.");
}
