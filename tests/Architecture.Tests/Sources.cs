using Pipeline.Testing;

namespace Pipeline.Architecture.Tests;

/// <summary>The repository's files.</summary>
static class Sources
{
    static readonly string[] NotOurs = ["bin", "obj", ".git", ".local", "node_modules"];

    /// <summary>
    /// Paths from the root, '/' between folders, of all files that match <paramref name="pattern"/>; nothing that a build made.
    /// </summary>
    public static IEnumerable<string> Files(string pattern) =>
        In(new DirectoryInfo(Repository.Root), pattern).Order(StringComparer.Ordinal);

    /// <summary>The path of <paramref name="file"/> from the root, '/' between folders.</summary>
    public static string Relative(string file) => Path.GetRelativePath(Repository.Root, file).Replace(Path.DirectorySeparatorChar, '/');

    static IEnumerable<string> In(DirectoryInfo folder, string pattern) =>
        folder.EnumerateFiles(pattern).Select(file => Relative(file.FullName))
            .Concat(folder.EnumerateDirectories().Where(inner => !NotOurs.Contains(inner.Name)).SelectMany(inner => In(inner, pattern)));
}
