namespace Pipeline.Testing;

/// <summary>Golden fixtures: inputs and outputs of reference implementations.</summary>
public static class Fixtures
{
    /// <summary>The folder of one set of fixtures: under <c>PIPELINE_FIXTURES</c> when that is set, else under tests/fixtures.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder: a parity test without its fixture has failed.</exception>
    public static string Path(string folder)
    {
        var root = Environment.GetEnvironmentVariable("PIPELINE_FIXTURES") is { Length: > 0 } elsewhere
            ? elsewhere
            : OfRepository("");
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, folder));
        return Directory.Exists(path) ? path : throw new DirectoryNotFoundException($"There is no folder of fixtures at {path}.");
    }

    /// <summary>
    /// A folder of tests/fixtures whatever <c>PIPELINE_FIXTURES</c> says: for facts that do not vary, such as the published models'
    /// parameter lists.
    /// </summary>
    public static string OfRepository(string folder) => System.IO.Path.Combine(Repository.Root, "tests", "fixtures", folder);
}
