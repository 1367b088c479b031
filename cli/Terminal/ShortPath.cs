namespace Pipeline.Cli.Terminal;

/// <summary>Paths as people see them.</summary>
static class ShortPath
{
    /// <summary>A path as short as it can be typed from here.</summary>
    public static string Of(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
