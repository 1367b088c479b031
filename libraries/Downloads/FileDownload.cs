using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace Pipeline.Downloads;

/// <summary>
/// Fetches a file over several connections. Each takes a part, and what a cut leaves of it stays: nothing that arrived is asked for again.
/// </summary>
/// <param name="options">How it is fetched.</param>
public sealed class FileDownload(DownloadOptions options)
{
    const int BufferBytes = 128 << 10;

    readonly Retrying retrying = new(options);

    /// <summary>Fetches what is missing of a file. When this ends in an exception, what arrived is kept, with a record of it.</summary>
    /// <param name="content">What is fetched.</param>
    /// <param name="incomplete">Where it grows.</param>
    /// <param name="fetched">Takes the bytes that are there.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DownloadException">It cannot be had; the message names it and the way out.</exception>
    public async Task FetchAsync(RemoteContent content, string incomplete, Action<long> fetched, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(incomplete)!);
        var record = PartRecord.Open(incomplete, content.Identity, content.Size, options.PartBytes);
        using var into = new FileStream(incomplete, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0,
            Options = FileOptions.Asynchronous,
        });
        record.Save();
        fetched(record.Fetched);
        var work = new Work(content, record, into, fetched);
        try
        {
            await Parallel.ForEachAsync(
                record.Parts.Where(part => !part.IsDone).ToList(),
                new ParallelOptions { MaxDegreeOfParallelism = options.Connections, CancellationToken = cancellation },
                async (part, stop) => await FetchAsync(work, part, stop));
        }
        catch (NoRangesException)
        {
            into.SetLength(0);
            await FetchAsync(work, record.StartOver(), cancellation);
        }
        finally
        {
            record.Save();
        }
    }

    Task FetchAsync(Work work, Part part, CancellationToken cancellation) => retrying.RunAsync(
        work.Content.Name, () => FetchOnceAsync(work, part, cancellation), () => part.Done, cancellation);

    async Task<bool> FetchOnceAsync(Work work, Part part, CancellationToken cancellation)
    {
        if (part.IsDone) return true;
        var isAlone = work.Record.Parts.Count == 1;
        var range = isAlone && part.Position == 0 ? null : new RangeHeaderValue(part.Position, part.End - 1);
        using var response = await work.Content.Get(range, cancellation);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            // All that there is is here already, or the file is another one by now.
            if (response.Content.Headers.ContentRange?.Length != part.Position) throw StartOver(work, part, isAlone);
            part.End = part.Position;
            return true;
        }

        var start = response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.From : 0;
        if (start != part.Position)
        {
            var failure = StartOver(work, part, isAlone);
            if (!isAlone || start != 0) throw failure;
        }

        part.End ??= response.Content.Headers.ContentLength is { } length ? part.Position + length : null;
        await CopyAsync(work, part, response, cancellation);
        return true;
    }

    static Exception StartOver(Work work, Part part, bool isAlone)
    {
        if (!isAlone) return new NoRangesException();
        work.Record.Forget(part);
        return new TransientException("the server gives other bytes than it was asked for");
    }

    async Task CopyAsync(Work work, Part part, HttpResponseMessage response, CancellationToken cancellation)
    {
        using var body = new ResponseBody(response, options.Silence, cancellation);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (!part.IsDone)
            {
                var wanted = (int)Math.Min(BufferBytes, (part.End ?? long.MaxValue) - part.Position);
                var read = await body.ReadAsync(buffer.AsMemory(0, wanted));
                if (read == 0 && part.End is not null) throw new TransientException("the connection ended early");
                if (read == 0) part.End = part.Position;
                await RandomAccess.WriteAsync(work.Into.SafeFileHandle, buffer.AsMemory(0, read), part.Position, cancellation);
                work.Record.Advance(part, read);
                work.Fetched(work.Record.Fetched);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    sealed record Work(RemoteContent Content, PartRecord Record, FileStream Into, Action<long> Fetched);

    /// <summary>The server answered a part with another stretch than asked for: all begins anew, in one piece.</summary>
    sealed class NoRangesException : Exception;
}
