namespace Pipeline.Captioner.Configuration;

/// <summary>A configuration file says something that this captioner cannot be. The message names the file, the key and what is
/// wrong.</summary>
public sealed class ConfigException(string file, string key, string problem) : Exception($"{file}: {key} {problem}")
{
    /// <summary>The file.</summary>
    public string File { get; } = file;

    /// <summary>The key, with dots between levels.</summary>
    public string Key { get; } = key;
}
