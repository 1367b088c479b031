using System.Diagnostics;
using System.Text.Json;
using Pipeline.Captioner;
using Pipeline.FullSize.BlipItm;
using Pipeline.FullSize.StableDiffusion;
using Pipeline.FullSize.Vgg16;
using Pipeline.FullSize.VitGpt2;

namespace Pipeline.FullSize.Measuring;

/// <summary>
/// Steps in processes of their own: a process has one peak of memory, so two steps in one would hide the smaller, and what a test wrote
/// before would count.
/// </summary>
public static class Measured
{
    /// <summary>What tells <see cref="Program"/> to take a step.</summary>
    public const string Argument = "--measure";

    /// <summary>Threads of a computation; figures are those of two cores.</summary>
    public const int Threads = 2;

    static readonly Dictionary<string, Func<Stage, string[], Task<IReadOnlyList<string>>>> Steps = new()
    {
        ["caption"] = CaptionerSteps.CaptionAsync,
        ["learn"] = CaptionerSteps.LearnAsync,
        ["resume"] = CaptionerSteps.ResumeAsync,
        ["blip"] = BlipSteps.ScoreAsync,
        ["vgg"] = VggSteps.ScoreAsync,
        ["draw"] = DrawingSteps.DrawAsync,
    };

    /// <summary>Takes a step in a new process.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is what the process said.</exception>
    public static async Task<Measurement> InProcessAsync(string step, params string[] arguments)
    {
        var program = Environment.ProcessPath!;
        string[] library = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(Measured).Assembly.Location] : [];
        var start = new ProcessStartInfo(program, [.. library, Argument, step, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["OMP_WAIT_POLICY"] = "PASSIVE" },
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        if (process.ExitCode != 0) throw new InvalidOperationException($"{step} ended with {process.ExitCode}: {await errors}");
        var measured = JsonSerializer.Deserialize<Measurement>(await output)!;
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant(
            $"{step}: peak {measured.PeakBytes / 1e9:0.00} GB, load {measured.Load}, step {measured.Step}"));
        return measured;
    }

    /// <summary>Takes a step in this process and writes its <see cref="Measurement"/> to standard output.</summary>
    public static async Task<int> RunAsync(string step, string[] arguments)
    {
        TorchRuntime.Use(Threads);
        var stage = new Stage();
        var results = await Steps[step](stage, arguments);
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(JsonSerializer.Serialize(new Measurement(process.PeakWorkingSet64, stage.Load, stage.Step, results)));
        return 0;
    }
}
