using System.Text.Json;
using Pipeline.Contracts;

namespace Pipeline.Cli.Reports;

/// <summary>Figures for programs.</summary>
static class JsonFile
{
    /// <summary>Writes <paramref name="value"/> as JSON; the file is there whole or not at all.</summary>
    public static async Task WriteAsync<T>(string path, T value, CancellationToken cancellation)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync($"{path}.new", JsonSerializer.Serialize(value, ContractJson.Strict) + "\n", cancellation);
        File.Move($"{path}.new", path, overwrite: true);
    }
}
