using System.Diagnostics;
using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Samples;

/// <summary>All tests with rewards of others share one pipeline.</summary>
[CollectionDefinition(nameof(JoinedSamples))]
public sealed class JoinedSamplesCollection : ICollectionFixture<JoinedSamples>;

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

    /// <summary>What strangers take for the checkout in which <c>./pipeline up</c> was called.</summary>
    public string Checkout => Path.Combine(folder, "checkout");

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

        await MakeCheckoutAsync();
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
        // All that a stranger says is where the local stack is.
        ["PIPELINE_LOCAL"] = Path.Combine(Checkout, ".local"), ["Fluency__Model"] = Path.Combine(Repository.Root, "models", "tiny", "captioner"),
    }));

    /// <summary>The settings of the test's pipeline where those of a local stack are, and a command that does not build first.</summary>
    async Task MakeCheckoutAsync()
    {
        var local = Directory.CreateDirectory(Path.Combine(Checkout, ".local")).FullName;
        await File.WriteAllLinesAsync(
            Path.Combine(local, "stack.env"), Pipeline.Environment.Select(pair => $"{pair.Key}='{pair.Value}'"));
        foreach (var name in (string[])["models", "samples"])
            Directory.CreateSymbolicLink(Path.Combine(Checkout, name), Path.Combine(Repository.Root, name));
        var command = Path.Combine(Checkout, "pipeline");
        await File.WriteAllTextAsync(command,
            $"""
            #!/bin/sh
            set -a
            . {local}/stack.env
            PIPELINE_LOCAL={local} exec dotnet {CommandLine.Program} "$@"

            """);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    static async Task InstallPikaAsync()
    {
        using var process = Process.Start(Path.Combine(Repository.Root, "infra", "local", "python-pika.sh"));
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, "python-pika.sh");
    }
}
