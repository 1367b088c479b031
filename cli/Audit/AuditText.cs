using System.Globalization;
using Pipeline.History;

namespace Pipeline.Cli.Audit;

/// <summary>An audit's outcome as a person reads it.</summary>
static class AuditText
{
    /// <summary>How many of a long list are shown.</summary>
    const int Shown = 5;

    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(AuditReport report)
    {
        if (report.Finding is { } finding) return Bad(report, finding);
        return Good(report);
    }

    static IEnumerable<string> Bad(AuditReport report, Finding finding)
    {
        yield return $"Run {report.RunId}: the history is bad.";
        var type = finding.Type.Length > 0 ? finding.Type : "(missing)";
        if (finding.Version > 0) yield return $"  event    {type}, {finding.Stream} at version {finding.Version}";
        yield return $"  problem  {finding.Problem}";
        if (finding.Suspects.Count > 1)
            yield return $"  one of   {Some(finding.Suspects)}";
        yield return $"Looked at until then: {Format.Count(report.Events, "event")}, {Format.Count(report.Blobs, "blob")}.";
    }

    static IEnumerable<string> Good(AuditReport report)
    {
        yield return $"Run {report.RunId}: the history is as it was written.";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"  events   {report.Events} ({report.Digests} with a SHA-256 of their own): in order, derived ids, nothing unknown in them");
        yield return $"  captions {report.Captions}: as their steps and evaluations asked for; drawings {report.Drawings}";
        yield return $"  versions {report.Versions}: one line of links, Merkle roots, figures that follow from the events";
        yield return $"  evaluations {report.Evaluations}: computed again";
        yield return string.Create(
            CultureInfo.InvariantCulture, $"  blobs    {report.Blobs}, {report.Bytes:N0} bytes: content as named; checkpoints say where they come from");
        if (report.DroppedOnPurpose > 0)
            yield return $"  dropped  {Format.Count(report.DroppedOnPurpose, "blob")}, on purpose, when the run was archived: not checked";
        foreach (var gap in report.NotCovered.Take(Shown)) yield return $"  not covered: {gap}";
        if (report.NotCovered.Count > Shown) yield return $"  not covered: {report.NotCovered.Count - Shown} more";
        if (report.NotChecked.Count > 0)
            yield return $"  not checked: {Format.Count(report.NotChecked.Count, "blob")} not in the file: {Some(report.NotChecked)}";
    }

    static string Some(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(Shown)) + (names.Count > Shown ? $" and {names.Count - Shown} more" : "");
}
