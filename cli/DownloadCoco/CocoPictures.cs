using Pipeline.Cli.Terminal;
using Pipeline.Downloads;

namespace Pipeline.Cli.DownloadCoco;

/// <summary>Takes pictures in their order until there are enough; one that cannot be had is replaced by the next.</summary>
sealed class CocoPictures(
    PictureFetcher fetcher, BrokenPictures broken, string folder, DownloadOptions options, IProgress<CocoProgress>? progress)
{
    const int MostNamed = 20;

    /// <summary>Takes that many.</summary>
    /// <param name="order">The pictures that may be taken, in their order.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="replaced">Told, in a line, of each picture that was replaced, and why.</param>
    /// <param name="cancellation">Ends it; what is there stays.</param>
    /// <exception cref="CliException">
    /// There are not enough, or too many cannot be had, or some are missing and not to be fetched.
    /// </exception>
    /// <exception cref="DownloadException">The server cannot be reached.</exception>
    public async Task<IReadOnlyList<CocoImage>> TakeAsync(
        IReadOnlyList<CocoImage> order, int count, Action<string> replaced, CancellationToken cancellation)
    {
        var (taken, contents, problems) = (new List<CocoImage>(), new Dictionary<string, string>(), new List<(string, string)>());
        var (usable, bad) = (0, 0);
        for (var next = 0; taken.Count < count;)
        {
            var round = order.Skip(next).Take(count - taken.Count).ToArray();
            next += round.Length;
            if (round.Length == 0)
                throw new CliException($"only {taken.Count} of the {order.Count} allowed pictures can be had, not {count}");
            (usable, var fetched) = (taken.Count, new FetchedPicture[round.Length]);
            await Parallel.ForAsync(
                0, round.Length, new ParallelOptions { MaxDegreeOfParallelism = options.Connections, CancellationToken = cancellation },
                async (i, stop) =>
                {
                    fetched[i] = await fetcher.FetchAsync(round[i], stop);
                    if (fetched[i].Problem is { } problem) RequireFew(Interlocked.Increment(ref bad), count, problem);
                    if (fetched[i].Sha256 is not null)
                        progress?.Report(new CocoProgress("pictures", Interlocked.Increment(ref usable), count, "pictures"));
                });
            RequireAll(fetched, count);
            foreach (var picture in fetched)
            {
                if (Problem(picture, contents) is not { } problem) taken.Add(picture.Image);
                else replaced($"replaced by the next: {problem}");
                if (picture.Problem is { } reason) problems.Add((picture.Image.FileName!, reason));
            }
        }

        // Only now: of a wrong endpoint, which has none of them, nothing is remembered.
        broken.Add(problems);
        return taken;
    }

    static string? Problem(FetchedPicture picture, Dictionary<string, string> contents)
    {
        var name = picture.Image.FileName!;
        if (picture.Problem is { } problem) return problem.Contains(name, StringComparison.Ordinal) ? problem : $"{name} {problem}";
        // A set holds no content twice; and what one set learns from may not be held out in the other.
        return contents.TryAdd(picture.Sha256!, name) ? null : $"{name} has the same content as {contents[picture.Sha256!]}";
    }

    static void RequireFew(int bad, int count, string problem)
    {
        if (bad > 10 + count / 10)
            throw new CliException($"{bad} pictures cannot be had; that is no chance: see COCO_ENDPOINT. The last one: {problem}");
    }

    void RequireAll(FetchedPicture[] fetched, int count)
    {
        var missing = fetched.Where(picture => picture.IsMissing).Select(picture => picture.Image.FileName).ToArray();
        if (missing.Length == 0) return;
        var more = missing.Length > MostNamed ? $" and {missing.Length - MostNamed} more" : "";
        throw new CliException(
            $"--offline: {missing.Length} of {count} pictures are not in {folder}: {string.Join(", ", missing.Take(MostNamed))}{more}");
    }
}
