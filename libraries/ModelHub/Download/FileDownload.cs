using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Pipeline.ModelHub.Hub;

namespace Pipeline.ModelHub.Download;

/// <summary>
/// Fetches a file over several connections. Each takes a part, and what a cut leaves of it stays: nothing that arrived is asked for again.
/// </summary>
sealed class FileDownload(HubClient client, PullOptions options)
{
    const int BufferBytes = 128 << 10;

    readonly Retrying retrying = new(options);

    /// <summary>Fetches what is missing of a file. When this ends in an exception, what arrived is kept, with a record of it.</summary>
    /// <param name="file">The file, by its commit.</param>
    /// <param name="remote">What the hub says of it.</param>
    /// <param name="incomplete">Where it grows.</param>
    /// <param name="fetched">Takes the bytes that are there.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="HubException">It cannot be had; the message names it and the way out.</exception>
    public async Task FetchAsync(HubFile file, RemoteFile remote, string incomplete, Action<long> fetched, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(incomplete)!);
        var record = PartRecord.Open(incomplete, remote, options.PartBytes);
        using var into = new FileStream(incomplete, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0,
            Options = FileOptions.Asynchronous,
        });
        record.Save();
        fetched(record.Fetched);
        var work = new Work(file, record, into, fetched);
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
        $"{work.File}", () => FetchOnceAsync(work, part, cancellation), () => part.Done, cancellation);

    async Task<bool> FetchOnceAsync(Work work, Part part, CancellationToken cancellation)
    {
        if (part.IsDone) return true;
        var isAlone = work.Record.Parts.Count == 1;
        var range = isAlone && part.Position == 0 ? null : new RangeHeaderValue(part.Position, part.End - 1);
        using var response = await client.GetAsync(work.File, range, cancellation);
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
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (!part.IsDone)
            {
                silence.CancelAfter(options.Silence);
                var wanted = (int)Math.Min(BufferBytes, (part.End ?? long.MaxValue) - part.Position);
                var read = await ReadAsync(response, buffer.AsMemory(0, wanted), silence.Token, cancellation);
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

    // Only reading is tried again: a disk that is full does not become emptier by it.
    static async Task<int> ReadAsync(
        HttpResponseMessage response, Memory<byte> buffer, CancellationToken silence, CancellationToken cancellation)
    {
        try
        {
            var body = await response.Content.ReadAsStreamAsync(silence);
            return await body.ReadAsync(buffer, silence);
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException)
        {
            throw new TransientException("the connection was cut", problem);
        }
        catch (OperationCanceledException problem) when (!cancellation.IsCancellationRequested)
        {
            throw new TransientException("the connection fell silent", problem);
        }
    }

    sealed record Work(HubFile File, PartRecord Record, FileStream Into, Action<long> Fetched);

    /// <summary>The server answered a part with another stretch than asked for: all begins anew, in one piece.</summary>
    sealed class NoRangesException : Exception;
}
