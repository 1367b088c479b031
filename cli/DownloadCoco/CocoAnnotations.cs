using System.IO.Compression;
using Pipeline.Cli.Terminal;
using Pipeline.Downloads;

namespace Pipeline.Cli.DownloadCoco;

/// <summary>
/// Brings a split's captions file into the folder. Of the archive that it is in only this file is fetched, unless the server does not give
/// ranges: then the archive is fetched whole, and kept for other splits.
/// </summary>
sealed class CocoAnnotations(
    CocoFolder folder, CocoSite site, HttpTransport? http, DownloadOptions options, IProgress<CocoProgress>? progress)
{
    /// <summary>The captions file; what is there is taken.</summary>
    /// <exception cref="CliException">It is not there and not to be fetched, or the archive is another one or damaged.</exception>
    /// <exception cref="DownloadException">It cannot be fetched.</exception>
    public async Task<string> GetAsync(string split, CancellationToken cancellation)
    {
        var place = folder.Captions(split);
        if (File.Exists(place)) return place;
        if (!File.Exists(folder.Zip))
        {
            if (http is null)
                throw new CliException(
                    $"--offline: neither {place} nor {folder.Zip} is there; run it once without --offline, or copy one there");
            var content = new RemoteContent(
                site.Annotations.AbsoluteUri, null, null, (range, stop) => http.GetAsync(site.Annotations, range, stop));
            await using var ranges = await RangeStream.OpenAsync(content, options, cancellation);
            if (ranges is not null)
            {
                await ExtractAsync(ranges, site.Annotations.AbsoluteUri, split, cancellation);
                return place;
            }

            await FetchWholeAsync(content, cancellation);
        }

        await using var zip = File.OpenRead(folder.Zip);
        await ExtractAsync(zip, folder.Zip, split, cancellation);
        return place;
    }

    async Task FetchWholeAsync(RemoteContent content, CancellationToken cancellation)
    {
        var (name, incomplete) = (Path.GetFileName(folder.Zip), folder.Incomplete(Path.GetFileName(folder.Zip)));
        await new FileDownload(options).FetchAsync(
            content, incomplete, bytes => progress?.Report(new CocoProgress(name, bytes, null, "bytes")), cancellation);
        var size = new FileInfo(incomplete).Length;
        PartRecord.Place(incomplete, folder.Zip);
        progress?.Report(new CocoProgress(name, size, size, "bytes"));
    }

    async Task ExtractAsync(Stream archive, string source, string split, CancellationToken cancellation)
    {
        try
        {
            await using var zip = await ZipArchive.CreateAsync(archive, ZipArchiveMode.Read, leaveOpen: true, null, cancellation);
            var member = $"annotations/captions_{split}.json";
            var entry = zip.GetEntry(member) ?? throw new CliException($"{source} has no {member}");
            await CopyAsync(entry, folder.Captions(split), cancellation);
        }
        catch (InvalidDataException problem)
        {
            throw new CliException($"{source} is damaged: {problem.Message}{(File.Exists(source) ? "; delete it and try again" : "")}");
        }
    }

    async Task CopyAsync(ZipArchiveEntry entry, string place, CancellationToken cancellation)
    {
        var incomplete = folder.Incomplete(entry.Name);
        var (length, crc, buffer) = (0L, new Crc32(), new byte[128 << 10]);
        await using (var from = await entry.OpenAsync(cancellation))
        await using (var into = File.Create(incomplete))
        {
            for (int read; (read = await from.ReadAsync(buffer, cancellation)) > 0;)
            {
                crc.Add(buffer.AsSpan(0, read));
                await into.WriteAsync(buffer.AsMemory(0, read), cancellation);
                length += read;
                progress?.Report(new CocoProgress(entry.Name, length, Math.Max(length + 1, entry.Length), "bytes"));
            }
        }

        if (length != entry.Length || crc.Value != entry.Crc32)
        {
            File.Delete(incomplete);
            throw new InvalidDataException(
                $"{entry.FullName} has {length} bytes with CRC-32 {crc.Value:x8} instead of {entry.Length} with {entry.Crc32:x8}");
        }

        File.Move(incomplete, place, overwrite: true);
        progress?.Report(new CocoProgress(entry.Name, length, length, "bytes"));
    }
}
