namespace Pipeline.Hosting;

/// <summary>When a file was put last: its modification time. Other processes may take it away at any moment, which is no error.</summary>
static class FileAge
{
    /// <summary>Makes it as young as one that is put now.</summary>
    /// <returns>Whether it is there and young now.</returns>
    public static bool Renew(string path)
    {
        try
        {
            if (!File.Exists(path)) return false;
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            return true;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return false; // gone, or another's, which only its owner can date: a new file takes its place
        }
    }

    /// <summary>The blob that it is; null when it is gone.</summary>
    public static BlobEntry? Look(FileInfo file)
    {
        try
        {
            return file.Exists ? new(file.Name, file.Length, new DateTimeOffset(file.LastWriteTimeUtc)) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Moves it, unless it is gone.</summary>
    public static bool Move(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: true);
            return true;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }
}
