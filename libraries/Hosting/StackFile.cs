namespace Pipeline.Hosting;

/// <summary>Where the servers of a local stack are: what <c>infra/local/stack.sh</c> writes into <c>stack.env</c>.</summary>
public static class StackFile
{
    /// <summary>Its name in the stack's folder.</summary>
    public const string Name = "stack.env";

    /// <summary>The variable that names the stack's folder: <c>.local</c> of a checkout when nothing else was said.</summary>
    public const string FolderVariable = "PIPELINE_LOCAL";

    /// <summary>Its variables, such as <c>Pipeline__Postgres</c>: one <c>NAME='value'</c> a line.</summary>
    public static IReadOnlyDictionary<string, string> Read(string path) => File.ReadLines(path)
        .Select(line => line.Split('=', 2))
        .Where(parts => parts.Length == 2)
        .ToDictionary(parts => parts[0], parts => parts[1].Trim('\''));

    /// <summary>The same as configuration: <c>Pipeline:Postgres</c>.</summary>
    public static IReadOnlyDictionary<string, string?> ReadConfiguration(string path) =>
        Read(path).ToDictionary(pair => pair.Key.Replace("__", ":", StringComparison.Ordinal), string? (pair) => pair.Value);
}
