using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;

namespace Pipeline.Rewards;

/// <summary>Finds the pipeline on this machine for a reward that somebody starts by hand.</summary>
static class LocalPipeline
{
    /// <summary>Adds where the local stack is, unless the configuration names servers already.</summary>
    public static void AddLocalStack(this WebApplicationBuilder builder)
    {
        if (IsNamed(builder.Configuration, nameof(PipelineOptions.Postgres)) || IsNamed(builder.Configuration, nameof(PipelineOptions.Secrets)))
            return;
        if (Find() is { } file)
            builder.Configuration.AddInMemoryCollection(StackFile.ReadConfiguration(file));
        else
            builder.Services.AddSingleton<IValidateOptions<PipelineOptions>, NoPipeline>();
    }

    static bool IsNamed(IConfiguration configuration, string key) =>
        !string.IsNullOrEmpty(configuration[$"{PipelineOptions.Section}:{key}"]);

    /// <summary>The stack's file in the folder that was named, else in a <c>.local</c> here or above; null when there is none.</summary>
    static string? Find() => Environment.GetEnvironmentVariable(StackFile.FolderVariable) is { Length: > 0 } folder
        ? In(folder)
        : Above(new DirectoryInfo(Environment.CurrentDirectory)).Select(above => In(Path.Combine(above.FullName, ".local"))).OfType<string>().FirstOrDefault();

    static string? In(string folder) => Path.Combine(folder, StackFile.Name) is var file && File.Exists(file) ? file : null;

    static IEnumerable<DirectoryInfo> Above(DirectoryInfo folder)
    {
        for (var above = folder; above is not null; above = above.Parent) yield return above;
    }

    /// <summary>Says what to do before the keys that are missing are named.</summary>
    sealed class NoPipeline : IValidateOptions<PipelineOptions>
    {
        public ValidateOptionsResult Validate(string? name, PipelineOptions options) => ValidateOptionsResult.Fail(
            $"No pipeline was found. Set {StackFile.FolderVariable} to the folder .local of a checkout where ./pipeline up was called, or name the servers:");
    }
}
