namespace Pipeline.Downloads;

/// <summary>A file that one process has to itself while it fetches into a folder.</summary>
public static class FolderLock
{
    /// <summary>Takes it until it is disposed; it is also free when the process is killed.</summary>
    /// <param name="file">The file; its folder is made.</param>
    /// <param name="what">What is fetched, for the message.</param>
    /// <exception cref="DownloadException">Another process has it.</exception>
    public static IDisposable Take(string file, string what)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException problem)
        {
            throw new DownloadException($"{what}: another download is at work there; wait for it ({file} is in use)", problem);
        }
    }
}
