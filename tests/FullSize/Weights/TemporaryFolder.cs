using Pipeline.Testing;

namespace Pipeline.FullSize.Weights;

/// <summary>A folder for gigabytes, deleted with the test that made it.</summary>
public abstract class TemporaryFolder : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("full-size-").FullName;

    /// <summary>Where a file or folder of it lies.</summary>
    public string PathOf(params string[] parts) => Path.Combine([root, .. parts]);

    /// <inheritdoc/>
    public void Dispose()
    {
        Directory.Delete(root, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Copies files of a folder of fixtures.</summary>
    protected static void CopyFixtures(string folder, string to, params IEnumerable<string> files)
    {
        Directory.CreateDirectory(to);
        foreach (var file in files) File.Copy(Path.Combine(Fixtures.Path(folder), file), Path.Combine(to, file));
    }
}
