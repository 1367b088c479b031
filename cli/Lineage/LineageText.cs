using System.Globalization;

namespace Pipeline.Cli.Lineage;

/// <summary>A lineage as a person reads it.</summary>
static class LineageText
{
    /// <summary>How many problems are shown.</summary>
    const int Shown = 5;

    /// <summary>Which weights this is about, and where they begin.</summary>
    public static IEnumerable<string> Head(IReadOnlyList<LineagePart> parts)
    {
        var (last, first) = (parts[^1], parts[0]);
        yield return $"Version {last.Version} of run {last.Started.RunId} ({last.Started.Settings.Name})";
        if (last.Version > 0)
        {
            yield return $"  weights     {last.Made[^1].WeightsSha256}";
            yield return $"  checkpoint  {last.Made[^1].Checkpoint}";
        }
        foreach (var part in parts.Reverse().Skip(1))
            yield return $"  began from  version {part.Version} of run {part.Started.RunId} ({part.Started.Settings.Name})";
        yield return $"  pre-trained {first.Started.Settings.Captioner} (checkpoint of version 0; made elsewhere)";
    }

    /// <summary>The counts and what they prove.</summary>
    public static IEnumerable<string> Summary(IReadOnlyList<LineagePart> parts, LineageSummary summary)
    {
        if (summary.Steps == 0)
        {
            yield return "It learned from nothing.";
            yield break;
        }
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"  learned     from {summary.Found:N0} captions of {Format.Count(summary.Pictures, "picture")}, in {Format.Count(summary.Steps, "step")}");
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"  seeds       {summary.Seeds:N0}, derived from the seed of the run: {string.Join(", ", parts.Select(part => part.Started.Settings.Seed))}");
        yield return $"  written by  {Format.Count(summary.Writers.Count, "policy").Replace("policys", "policies")}, {Line(parts)}: {Writers(parts, summary)}";
        foreach (var ((reward, model), count) in summary.Scores)
            yield return string.Create(CultureInfo.InvariantCulture, $"  scored      {count:N0} by {reward}{Weight(parts, reward)}, model {model}");
        foreach (var (model, count) in summary.Drawers)
            yield return string.Create(
                CultureInfo.InvariantCulture, $"  drawn       {count:N0} rounds, {summary.Drawings:N0} different pictures, model {model}");
        yield return "  evaluations only measured: nothing was learned from their captions";
        foreach (var line in Proof(summary)) yield return line;
    }

    static IEnumerable<string> Proof(LineageSummary summary)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"  complete    {summary.Found:N0} of the {summary.Named:N0} captions that the versions name; Merkle root and link of {summary.Proven:N0} of {summary.Steps:N0} steps recomputed as recorded");
        if (summary.Repeated > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"  repeated    {summary.Repeated:N0} captions were learned from more than once");
        if (summary.IsComplete) yield break;
        yield return "The lineage is NOT complete:";
        foreach (var (step, problem) in summary.Problems.Take(Shown)) yield return $"  version {step.Made.Version} of run {Format.Short(step.Made.RunId)}: {problem}";
        if (summary.Problems.Count > Shown) yield return $"  and {summary.Problems.Count - Shown} more; {ThisCommand.Name} audit names the first bad event";
    }

    static string Line(IReadOnlyList<LineagePart> parts) =>
        parts[^1].Started.Settings.Branch is { } branch ? $"of run {branch.RunId}" : "all of this line";

    static string Weight(IReadOnlyList<LineagePart> parts, string reward) =>
        parts.All(part => part.Started.Settings.Rewards.GetValueOrDefault(reward) == 0) ? " (recorded, never trained on)" : "";

    /// <summary>By the versions of the line, at most the first and the last few.</summary>
    static string Writers(IReadOnlyList<LineagePart> parts, LineageSummary summary)
    {
        var names = new Dictionary<string, string> { [parts[0].Started.Settings.Captioner] = "version 0" };
        foreach (var made in parts.SelectMany(part => part.Made))
            names[made.Checkpoint] = parts.Count == 1 ? $"version {made.Version}" : $"{Format.Short(made.RunId)}@{made.Version}";
        string[] told = [.. summary.Writers.Select(writer => $"{names.GetValueOrDefault(writer.Key, $"checkpoint {writer.Key[..12]}")} {writer.Value}")];
        return told.Length <= 4 ? string.Join(", ", told) : $"{told[0]}, {told[1]}, ..., {told[^1]}";
    }
}
