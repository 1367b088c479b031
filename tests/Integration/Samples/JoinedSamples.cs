using System.Diagnostics;
using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Integration.Samples;

/// <summary>
/// A pipeline in which a run was done before anybody knew of the samples; then they are started by hand, as strangers would, and join it.
/// No service is started again.
/// </summary>
public sealed class JoinedSamples : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("pipeline-samples-").FullName;
    readonly List<ServiceProcess> samples = [];

    public TestPipeline Pipeline { get; private set; } = null!;

    /// <summary>The run that was done before.</summary>
    public Guid OldRun { get; private set; }

    /// <summary>The Python sample where a stranger has put it: outside the repository.</summary>
    public string Keywords => Path.Combine(folder, "keywords.py");

    /// <summary>What they said so far.</summary>
    public string Output => string.Concat(samples.Select(sample => $"\n---\n{sample.Output}"));

    public async ValueTask InitializeAsync()
    {
        await InstallPikaAsync();
        Pipeline = await TestPipeline.StartAsync();
        OldRun = await Pipeline.StartRunAsync(await Pipeline.SettingsAsync(steps: 1) with { HeldOutPictures = null });
        await Pipeline.WaitForAsync<RunCompleted>(OldRun);

        // All that a stranger says is where the local stack is.
        await File.WriteAllLinesAsync(Path.Combine(folder, "stack.env"),
            Pipeline.Environment.Where(pair => pair.Key.StartsWith("Pipeline__", StringComparison.Ordinal)).Select(pair => $"{pair.Key}='{pair.Value}'"));
        File.Copy(Path.Combine(Repository.Root, "samples", "python-keywords", "keywords.py"), Keywords);
        Start("dotnet", ServiceProcess.Program("samples", "CaptionLength"));
        Start("dotnet", ServiceProcess.Program("samples", "Fluency"));
        Start(Keywords);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var sample in samples) await sample.DisposeAsync();
        await Pipeline.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    void Start(params string[] command) => samples.Add(new ServiceProcess(command, new Dictionary<string, string>
    {
        ["PIPELINE_LOCAL"] = folder, ["Fluency__Model"] = Path.Combine(Repository.Root, "models", "tiny", "captioner"),
    }));

    static async Task InstallPikaAsync()
    {
        using var process = Process.Start(Path.Combine(Repository.Root, "infra", "local", "python-pika.sh"));
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, "python-pika.sh");
    }
}
