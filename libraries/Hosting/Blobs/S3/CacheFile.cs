namespace Pipeline.Hosting;

/// <summary>A file in a cache that other processes use and clear at the same time: whatever is gone is no error.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Length">Its length.</param>
/// <param name="LastUse">When it was last used.</param>
sealed record CacheFile(string Path, long Length, DateTime LastUse)
{
    /// <summary>The blobs in <paramref name="folder"/>; what is being written is none yet.</summary>
    public static IReadOnlyList<CacheFile> In(string folder) =>
    [
        .. new DirectoryInfo(folder).EnumerateDirectories("??").SelectMany(part => part.EnumerateFiles())
            .Where(file => Sha256Hex.IsValid(file.Name)).Select(Look).OfType<CacheFile>(),
    ];

    /// <summary>Notes that it is used now.</summary>
    public static void Touch(string path) => Try(() => File.SetLastWriteTimeUtc(path, DateTime.UtcNow));

    /// <summary>Deletes it; who has it open reads on.</summary>
    public static void Delete(string path) => Try(() => File.Delete(path));

    static CacheFile? Look(FileInfo file)
    {
        try
        {
            return new(file.FullName, file.Length, file.LastWriteTimeUtc);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>A copy that cannot be dated or deleted (another's file) is still a good copy.</summary>
    static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
