using Pipeline.Projections.Captions;
using Pipeline.Projections.Pictures;
using Pipeline.Projections.Policies;
using Pipeline.Projections.Runs;

namespace Pipeline.Cli.Lineage;

/// <summary>What became of a picture or a caption, as a person reads it.</summary>
sealed class DescentText(IReadOnlyList<RunSummary> runs)
{
    /// <summary>How many rows of a long list are shown.</summary>
    const int Shown = 20;

    /// <summary>What happened to a caption.</summary>
    public IEnumerable<string> Caption(CaptionTimeline caption, IReadOnlyList<PolicyVersion> learned)
    {
        yield return $"Caption {caption.CaptionId}: \"{caption.Text}\"";
        var purpose = caption.Purpose switch
        {
            "training" => $"step {caption.Step}", "evaluation" => $"an evaluation of version {caption.Step}", _ => "a question about it",
        };
        yield return $"  for       {purpose} of {Run(caption.RunId)}";
        yield return $"  picture   {caption.Picture}, sample {caption.Sample}, seed {caption.Seed}";
        yield return $"  {At(caption.Written)}  written by version {caption.Policy.Version} ({caption.Policy.Checkpoint})";
        var later = caption.Drawings
            .Select(drawing => (drawing.At, $"drawn: {Format.Count(drawing.Images.Count, "picture")}, drawing {drawing.Drawing}, model {drawing.Model}"))
            .Concat(caption.Scores.Select(score => (score.At, $"scored by {score.Reward}: {Format.Score(score.Score)}, model {score.Model}")))
            .Concat(learned.Select(policy => (At: policy.Made, $"learned from by version {policy.Version} of {Run(policy.RunId)}, weights {policy.Weights}")));
        foreach (var (at, what) in later.OrderBy(one => one.At)) yield return $"  {At(at)}  {what}";
    }

    /// <summary>What became of a picture.</summary>
    public IEnumerable<string> Picture(PictureHistory picture)
    {
        yield return $"Picture {picture.Picture}";
        foreach (var run in picture.Captions.GroupBy(captions => captions.RunId))
        {
            yield return $"  {Run(run.Key)}";
            foreach (var use in run.GroupBy(captions => captions.Use).OrderBy(use => use.Key))
            {
                var captions = use.Sum(one => one.Captions);
                var versions = string.Join(", ", use.Take(Shown).Select(one => one.Version)) + (use.Count() > Shown ? $", ... {use.Max(one => one.Version)}" : "");
                var what = use.Key switch
                {
                    PictureUse.Wrote => "written by versions", PictureUse.Learned => "learned from by versions", _ => "measured versions",
                };
                yield return $"    {captions} captions {what} {versions}";
            }
        }
    }

    /// <summary>Who carries what was learned.</summary>
    public IEnumerable<string> Descent(IReadOnlyList<Descent> descent)
    {
        if (descent.Count == 0) yield return "No policy learned from it.";
        else yield return "Policies that carry what was learned from it:";
        foreach (var one in descent)
        {
            var versions = one.First == one.Newest ? $"version {one.First}" : $"versions {one.First} to {one.Newest}";
            yield return $"  {versions} of {Run(one.RunId)}{(one.From is { } from ? $", which began from {Format.Short(from)}" : "")}";
        }
    }

    string Run(Guid runId) => runs.FirstOrDefault(run => run.RunId == runId) is { } run ? $"run {runId} ({run.Settings.Name})" : $"run {runId}";

    static string At(DateTimeOffset at) => at.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.fff");
}
