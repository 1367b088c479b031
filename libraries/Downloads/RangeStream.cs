using System.Net;
using System.Net.Http.Headers;

namespace Pipeline.Downloads;

/// <summary>
/// A file on a server as a stream that can be read anywhere: what is read is asked for by ranges, in blocks that grow while reading goes
/// straight on. Good for a few files of a large archive.
/// </summary>
public sealed class RangeStream : Stream
{
    const int SmallestBlock = 64 << 10, LargestBlock = 4 << 20;

    readonly RemoteContent content;
    readonly DownloadOptions options;
    readonly Retrying retrying;
    byte[] block = [];
    long blockStart;

    RangeStream(RemoteContent content, DownloadOptions options, long length) =>
        (this.content, this.options, retrying, Length) = (content, options, new Retrying(options), length);

    /// <summary>Opens it; null when its server does not give ranges.</summary>
    /// <param name="content">What is read.</param>
    /// <param name="options">How it is fetched.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DownloadException">It cannot be had.</exception>
    public static async Task<RangeStream?> OpenAsync(RemoteContent content, DownloadOptions options, CancellationToken cancellation)
    {
        var length = await new Retrying(options).RunAsync(
            content.Name,
            async () =>
            {
                using var response = await content.Get(new RangeHeaderValue(0, 0), cancellation);
                return response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.Length : null;
            },
            () => 0, cancellation);
        return length is { } bytes ? new RangeStream(content, options, bytes) : null;
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override long Position { get; set; }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= Length || buffer.IsEmpty) return 0;
        if (Position < blockStart || Position >= blockStart + block.Length) await FetchAsync(cancellationToken);
        var from = (int)(Position - blockStart);
        var count = Math.Min(buffer.Length, block.Length - from);
        block.AsMemory(from, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => Length,
    };

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    async Task FetchAsync(CancellationToken cancellation)
    {
        var isNext = block.Length > 0 && Position == blockStart + block.Length;
        var size = isNext ? Math.Min(block.Length * 2, LargestBlock) : SmallestBlock;
        // An archive's directory is looked for backwards from the end: a block holds what lies before, too.
        var start = isNext ? Position : Position / SmallestBlock * SmallestBlock;
        var next = new byte[Math.Min(size, Length - start)];
        var filled = 0;
        await retrying.RunAsync(
            content.Name,
            async () =>
            {
                using var response = await content.Get(new RangeHeaderValue(start + filled, start + next.Length - 1), cancellation);
                if (response.Content.Headers.ContentRange?.From != start + filled)
                    throw new TransientException("the server gives other bytes than it was asked for");
                using var body = new ResponseBody(response, options.Silence, cancellation);
                while (filled < next.Length)
                {
                    var read = await body.ReadAsync(next.AsMemory(filled));
                    filled += read > 0 ? read : throw new TransientException("the connection ended early");
                }

                return filled;
            },
            () => filled, cancellation);
        (block, blockStart) = (next, start);
    }
}
