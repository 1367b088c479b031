using Pipeline.Projections.Runs;

namespace Pipeline.Studio.Lineage;

/// <summary>A run as a line of versions.</summary>
/// <param name="Run">The run.</param>
/// <param name="Row">Its row, from 0.</param>
/// <param name="Start">Where its version 0 is, in versions from the left.</param>
/// <param name="Parent">The run that it began from; null when that is none of those drawn.</param>
/// <param name="ParentVersion">The version of that run.</param>
sealed record GraphLine(RunSummary Run, int Row, int Start, Guid? Parent, int ParentVersion);

/// <summary>Runs as lines of versions, each branch below the run that it began from.</summary>
/// <param name="Lines">The lines, from top to bottom.</param>
/// <param name="Width">How many versions wide it all is; at least 1.</param>
sealed record PolicyGraph(IReadOnlyList<GraphLine> Lines, int Width)
{
    /// <summary>Lays out runs.</summary>
    /// <param name="runs">The runs, in the order in which they are listed.</param>
    /// <param name="origins">Which began from which.</param>
    public static PolicyGraph Of(IReadOnlyList<RunSummary> runs, IReadOnlyList<RunOrigin> origins)
    {
        var there = runs.Select(run => run.RunId).ToHashSet();
        var parents = origins.Where(origin => there.Contains(origin.Parent)).GroupBy(origin => origin.RunId).ToDictionary(group => group.Key, group => group.First());
        var children = runs.Where(run => parents.ContainsKey(run.RunId)).ToLookup(run => parents[run.RunId].Parent);
        var lines = new List<GraphLine>();

        void Place(RunSummary run, int start)
        {
            var origin = parents.GetValueOrDefault(run.RunId);
            lines.Add(new(run, lines.Count, start, origin?.Parent, origin?.ParentVersion ?? 0));
            foreach (var child in children[run.RunId]) Place(child, start + parents[child.RunId].ParentVersion);
        }

        foreach (var run in runs.Where(run => !parents.ContainsKey(run.RunId))) Place(run, 0);
        return new(lines, Math.Max(1, lines.Select(line => line.Start + line.Run.Policy.Version).DefaultIfEmpty().Max()));
    }
}
