namespace Pipeline.Testing;

/// <summary>Where the sources are.</summary>
public static class Repository
{
    /// <summary>The folder that holds Pipeline.sln, found from the test's output folder upwards.</summary>
    public static string Root { get; } = Find();

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Pipeline.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException($"There is no Pipeline.sln in {AppContext.BaseDirectory} or above.");
    }
}
