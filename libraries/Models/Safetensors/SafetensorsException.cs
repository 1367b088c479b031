namespace Pipeline.Models.Safetensors;

/// <summary>A safetensors file is broken, or a tensor is not as it must be. The message names the file, the tensor and what is
/// wrong.</summary>
public sealed class SafetensorsException : Exception
{
    /// <summary>An error about a whole file.</summary>
    public SafetensorsException(string file, string problem, Exception? inner = null) : base($"{file}: {problem}", inner) => File = file;

    /// <summary>An error about one tensor.</summary>
    public SafetensorsException(string file, string tensor, string problem) : base($"{file}: tensor '{tensor}' {problem}")
    {
        File = file;
        Tensor = tensor;
    }

    /// <summary>The file's name.</summary>
    public string File { get; }

    /// <summary>The tensor's name; null when the whole file is meant.</summary>
    public string? Tensor { get; }
}
