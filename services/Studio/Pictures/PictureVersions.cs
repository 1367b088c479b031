using Pipeline.Client;
using Pipeline.Projections;
using Pipeline.Projections.Captions;
using Pipeline.Projections.Pictures;
using Pipeline.Projections.Runs;

namespace Pipeline.Studio.Pictures;

/// <summary>A caption of a picture, and the one that it is compared with.</summary>
/// <param name="Caption">The caption.</param>
/// <param name="Kind">How it came to be: <c>training</c>, or how an evaluation decoded it.</param>
/// <param name="Before">The caption of that kind by the version that is listed before; null for the first.</param>
sealed record ComparedCaption(CaptionTimeline Caption, string Kind, string? Before);

/// <summary>What a version said of a picture.</summary>
/// <param name="Version">The version.</param>
/// <param name="Captions">What it said.</param>
sealed record PictureVersion(int Version, IReadOnlyList<ComparedCaption> Captions);

/// <summary>A picture's captions over the versions of one run.</summary>
/// <param name="Picture">SHA-256 of the picture.</param>
/// <param name="Run">The run; null when no run has captions of it.</param>
/// <param name="Versions">What each version said of it, oldest first.</param>
/// <param name="All">How many versions said something; more than are listed when they were too many.</param>
/// <param name="Runs">Every run that has captions of it.</param>
sealed record PictureStory(string Picture, RunSummary? Run, IReadOnlyList<PictureVersion> Versions, int All, IReadOnlyList<RunSummary> Runs);

/// <summary>Reads what became of a picture.</summary>
sealed class PictureReader(ProjectionStore projections)
{
    /// <summary>Captions that are read by one query.</summary>
    const int Chunk = 5000;

    /// <summary>Versions that a slider has: of more, as many spread evenly, the first and the last among them.</summary>
    public const int MostVersions = 60;

    /// <summary>What the versions of a run said of a picture.</summary>
    /// <param name="picture">Its SHA-256.</param>
    /// <param name="runId">The run; null for the newest that has captions of it.</param>
    /// <param name="cancellation">Cancels.</param>
    public async Task<PictureStory> ReadAsync(string picture, Guid? runId, CancellationToken cancellation)
    {
        var known = (await projections.PictureAsync(picture, cancellation)).Captions
            .Where(captions => captions.Use != PictureUse.Learned) // a branch learns from what another run wrote
            .Select(captions => captions.RunId).ToHashSet();
        RunSummary[] runs = [.. (await projections.RunsAsync(cancellation)).Where(run => known.Contains(run.RunId)).Reverse()];
        var run = runs.FirstOrDefault(run => runId is null || run.RunId == runId);
        if (run is null) return new(picture, null, [], 0, runs);

        var captions = await CaptionsAsync(picture, run.RunId, cancellation);
        var versions = captions.GroupBy(caption => caption.Policy.Version).OrderBy(group => group.Key).ToArray();
        var last = new Dictionary<string, string>();
        var story = new List<PictureVersion>();
        foreach (var version in Spread(versions))
        {
            var said = new List<ComparedCaption>();
            foreach (var caption in version.OrderBy(caption => caption.Purpose, StringComparer.Ordinal))
            {
                var kind = Kind(caption);
                said.Add(new(caption, kind, last.GetValueOrDefault(kind)));
            }
            foreach (var caption in version) last[Kind(caption)] = caption.Text;
            story.Add(new(version.Key, said));
        }
        return new(picture, run, story, versions.Length, runs);
    }

    async Task<IReadOnlyList<CaptionTimeline>> CaptionsAsync(string picture, Guid runId, CancellationToken cancellation)
    {
        var captions = new List<CaptionTimeline>();
        while (true)
        {
            var next = await projections.PictureCaptionsAsync(picture, runId, captions.Count == 0 ? 0 : captions[^1].Number, Chunk, cancellation);
            captions.AddRange(next);
            if (next.Count < Chunk) return captions;
        }
    }

    /// <summary>How a caption came to be, for people.</summary>
    internal static string Kind(CaptionTimeline caption) =>
        caption.Purpose == "evaluation" ? $"{(caption.Split == "heldout" ? "held out" : caption.Split)}, {Format.Mode(caption.Mode)}" : caption.Purpose;

    static IEnumerable<T> Spread<T>(IReadOnlyList<T> all) => all.Count <= MostVersions
        ? all
        : Enumerable.Range(0, MostVersions).Select(i => all[(int)Math.Round(i * (all.Count - 1) / (MostVersions - 1.0))]);
}
