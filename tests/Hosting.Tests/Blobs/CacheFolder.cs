namespace Pipeline.Hosting.Tests.Blobs;

/// <summary>A folder of blobs, seen from outside.</summary>
static class CacheFolder
{
    /// <summary>The names of the blobs in it.</summary>
    public static IEnumerable<string> Blobs(string folder) => Files(folder).Select(Path.GetFileName).OfType<string>().Where(Sha256Hex.IsValid);

    /// <summary>Files that are no blobs.</summary>
    public static IEnumerable<string> Leftovers(string folder) => Files(folder).Where(file => !Sha256Hex.IsValid(Path.GetFileName(file)));

    /// <summary>Where a blob lies.</summary>
    public static string PathOf(string folder, string sha256) => Path.Combine(folder, sha256[..2], sha256);

    static string[] Files(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
}
