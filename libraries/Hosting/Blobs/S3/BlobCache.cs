using Microsoft.Extensions.Logging;

namespace Pipeline.Hosting;

/// <summary>
/// Copies of blobs in a folder that any number of processes share. A file's modification time says when it was last used; when the folder
/// grows over its limit, those that were not used for longest go first. An open file can be read to its end also when it has gone.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="limit">How many bytes it may hold, besides what is being written.</param>
/// <param name="log">Where it tells of damaged copies.</param>
sealed class BlobCache(string folder, long limit, ILogger log)
{
    readonly FolderBlobStore _files = new(folder);
    readonly Lock _evicting = new();
    long _added;
    bool _isCounted;

    /// <summary>The folder is looked through again when so much was added, since others that share it add to it too.</summary>
    long Step => limit / 16;

    /// <summary>Opens a copy that matches its name; null when there is none. A damaged one is deleted.</summary>
    public async Task<Stream?> OpenAsync(string sha256, CancellationToken cancellation)
    {
        try
        {
            var stream = await _files.OpenReadAsync(sha256, cancellation);
            CacheFile.Touch(_files.PathOf(sha256));
            return stream;
        }
        catch (BlobIntegrityException damaged)
        {
            log.LogWarning("The cached copy is not used: {Problem}", damaged.Message);
            CacheFile.Delete(_files.PathOf(sha256));
            return null;
        }
        // It may go at any moment, also between the question whether it is there and its opening.
        catch (Exception error) when (error is BlobNotFoundException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Takes in what <paramref name="write"/> writes, once <paramref name="accept"/> has not thrown.</summary>
    /// <returns>Its SHA-256.</returns>
    public async Task<string> AddAsync(
        Func<Stream, CancellationToken, Task> write, Func<string, string, CancellationToken, Task> accept, CancellationToken cancellation)
    {
        var length = 0L;
        var sha256 = await _files.PutAsync(
            write,
            (sha256, file, token) =>
            {
                length = new FileInfo(file).Length;
                return accept(sha256, file, token);
            },
            cancellation);
        MakeRoom(length);
        return sha256;
    }

    void MakeRoom(long added)
    {
        lock (_evicting)
        {
            _added += added;
            if (_isCounted && _added < Step) return;
            (_isCounted, _added) = (true, 0);
            var files = CacheFile.In(folder);
            var bytes = files.Sum(file => file.Length);
            foreach (var file in files.OrderBy(file => file.LastUse))
            {
                // Room for the next step, after which is looked again.
                if (bytes <= limit - Step) break;
                CacheFile.Delete(file.Path);
                bytes -= file.Length;
            }
        }
    }
}
