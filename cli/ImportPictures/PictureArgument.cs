using Pipeline.Cli.Terminal;

namespace Pipeline.Cli.ImportPictures;

/// <summary>Pictures as a command takes them: a folder, a COCO captions file, or a set that was imported before.</summary>
sealed class PictureArgument(Connection connection)
{
    readonly PictureSetNames _names = new(connection.Events);

    /// <summary>Imports a folder or a file under a name; prints what was skipped.</summary>
    /// <returns>The import's report; its set is never null.</returns>
    /// <exception cref="CliException">There is nothing usable.</exception>
    public async Task<ImportReport> ImportAsync(string source, string? folder, string? name, CancellationToken cancellation)
    {
        var isFolder = Directory.Exists(source);
        if (!isFolder && !File.Exists(source)) throw new CliException($"there is no folder or file {source}");
        if (folder is not null && !Directory.Exists(folder)) throw new CliException($"there is no folder {folder}");

        var sources = isFolder ? PictureSource.InFolder(source) : CocoCaptions.Read(source, folder);
        name ??= Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source)));
        var report = await new PictureImporter(connection.Blobs, connection.PictureSets).ImportAsync(name, sources, cancellation);
        foreach (var (file, problem) in report.Skipped) Console.Error.WriteLine($"skipped: {Once(file, problem)}");
        foreach (var (file, first) in report.Duplicates) Console.Error.WriteLine($"duplicate: {file} has the same content as {first}");
        if (report.SetId is null) throw new CliException($"none of the {Format.Count(sources.Count, "picture")} of {source} can be used");

        await _names.RememberAsync(name, report.SetId, cancellation);
        return report;
    }

    /// <summary>The set that <paramref name="value"/> means; what is not imported yet is imported.</summary>
    /// <returns>The set's SHA-256.</returns>
    public async Task<string> ResolveAsync(string value, CancellationToken cancellation) =>
        Directory.Exists(value) || File.Exists(value)
            ? (await ImportAsync(value, null, null, cancellation)).SetId!
            : await _names.FindAsync(value, connection.Blobs, cancellation);

    /// <summary>Decoders' messages name the file themselves; others do not.</summary>
    static string Once(string file, string problem) => problem.Contains(file, StringComparison.Ordinal) ? problem : $"{file} {problem}";
}
