using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Pipeline.Hosting;

/// <summary>
/// A blob store in a folder that any number of processes share: <c>ab/abcd…</c> by the first two digits. A blob is written under another
/// name, flushed, and renamed when it is whole, so that a reader sees all of it or nothing, also after a power cut.
/// </summary>
public sealed class FolderBlobStore : IBlobStore
{
    static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    readonly string _root;
    readonly string _incoming;

    /// <summary>Opens the store in <paramref name="folder"/>; makes the folder when it is not there.</summary>
    public FolderBlobStore(string folder)
    {
        _root = Path.GetFullPath(folder);
        _incoming = Path.Combine(_root, ".incoming");
        Directory.CreateDirectory(_incoming);
        foreach (var file in new DirectoryInfo(_incoming).EnumerateFiles())
            if (file.LastWriteTimeUtc < DateTime.UtcNow - Abandoned)
                file.Delete();
    }

    /// <inheritdoc/>
    public Task<string> PutAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellation = default) =>
        PutAsync(write, (_, _, _) => Task.CompletedTask, cancellation);

    /// <summary>
    /// Stores what <paramref name="write"/> writes, unless <paramref name="accept"/>, which is told its SHA-256 and where it lies until
    /// then, throws.
    /// </summary>
    internal async Task<string> PutAsync(
        Func<Stream, CancellationToken, Task> write, Func<string, string, CancellationToken, Task> accept, CancellationToken cancellation)
    {
        var temporary = Path.Combine(_incoming, Path.GetRandomFileName());
        try
        {
            var sha256 = await WriteAsync(temporary, write, cancellation);
            await accept(sha256, temporary, cancellation);
            var path = PathOf(sha256);
            if (FileAge.Renew(path)) return sha256;

            var folder = Path.GetDirectoryName(path)!;
            var isNewFolder = !Directory.Exists(folder);
            Directory.CreateDirectory(folder);
            File.Move(temporary, path, overwrite: true);
            FolderSync.Flush(folder);
            if (isNewFolder) FolderSync.Flush(_root);
            return sha256;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenReadAsync(string sha256, CancellationToken cancellation = default)
    {
        var path = PathOf(sha256);
        if (!File.Exists(path)) throw new BlobNotFoundException(sha256);

        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            var actual = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation));
            if (actual != sha256) throw new BlobIntegrityException(sha256, actual);
            stream.Position = 0;
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(string sha256, CancellationToken cancellation = default) => Task.FromResult(File.Exists(PathOf(sha256)));

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListAsync(CancellationToken cancellation = default) =>
        EntriesAsync(cancellation).Select(blob => blob.Sha256);

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobEntry> EntriesAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await Task.CompletedTask;
        foreach (var folder in new DirectoryInfo(_root).EnumerateDirectories("??"))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var file in folder.EnumerateFiles())
                if (Sha256Hex.IsValid(file.Name) && FileAge.Look(file) is { } blob)
                    yield return blob;
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// It is moved aside before its age is looked at: who puts the same now either finds it gone and stores it anew, or has made it young
    /// before it was moved, and then it is moved back.
    /// </remarks>
    public Task<bool> DeleteAsync(string sha256, DateTimeOffset putBefore, CancellationToken cancellation = default)
    {
        var path = PathOf(sha256);
        var aside = Path.Combine(_incoming, Path.GetRandomFileName());
        if (FileAge.Look(new FileInfo(path)) is not { } blob || blob.Put >= putBefore || !FileAge.Move(path, aside)) return Task.FromResult(false);

        var isYoung = FileAge.Look(new FileInfo(aside)) is { } moved && moved.Put >= putBefore;
        if (isYoung) FileAge.Move(aside, path);
        else File.Delete(aside);
        return Task.FromResult(!isYoung);
    }

    /// <summary>Where a blob lies, or would.</summary>
    internal string PathOf(string sha256) => Path.Combine(_root, Sha256Hex.Require(sha256)[..2], sha256);

    static async Task<string> WriteAsync(string path, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        await using (var hashing = new HashingStream(file, hash)) await write(hashing, cancellation);
        file.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
