namespace Pipeline.Cli.DownloadCoco;

/// <summary>
/// The pictures that a server did not have or that do not decode, a line each. What was replaced once is replaced from then on, so that the
/// same command makes the same set, offline too; deleting the file asks for them anew.
/// </summary>
sealed class BrokenPictures
{
    readonly string _file;
    readonly Dictionary<string, string> _known;

    BrokenPictures(string file, Dictionary<string, string> known) => (_file, _known) = (file, known);

    /// <summary>Reads the list; empty when there is none.</summary>
    public static BrokenPictures Load(string file) => new(
        file, (File.Exists(file) ? File.ReadLines(file) : []).Select(line => line.Split('\t', 2)).Where(parts => parts.Length == 2)
            .DistinctBy(parts => parts[0]).ToDictionary(parts => parts[0], parts => parts[1]));

    /// <summary>Why a picture cannot be had; null when that is not known.</summary>
    public string? Problem(string fileName) => _known.GetValueOrDefault(fileName);

    /// <summary>Adds pictures to the list.</summary>
    public void Add(IEnumerable<(string FileName, string Problem)> pictures)
    {
        var lines = pictures.Where(picture => _known.TryAdd(picture.FileName, picture.Problem.ReplaceLineEndings(" ")))
            .Select(picture => $"{picture.FileName}\t{_known[picture.FileName]}").ToArray();
        if (lines.Length > 0) File.AppendAllLines(_file, lines);
    }
}
