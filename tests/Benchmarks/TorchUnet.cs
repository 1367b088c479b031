using System.Diagnostics;
using Pipeline.Testing;

namespace Pipeline.Benchmarks;

/// <summary>A Python process that computes the U-Net of the pack's builder when it is asked to (torch_unet.py).</summary>
sealed class TorchUnet : IDisposable
{
    readonly Process process;

    TorchUnet(Process process) => this.process = process;

    /// <summary>Starts it and waits until it has loaded; null when there is no python3-torch.</summary>
    public static TorchUnet? Start(int rows, int threads)
    {
        var start = new ProcessStartInfo("/usr/bin/python3")
        {
            ArgumentList = { Path.Combine(Repository.Root, "tests", "Benchmarks", "torch_unet.py"), $"{rows}", $"{threads}" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process.StandardOutput.ReadLine() == "ready" ? new TorchUnet(process) : null;
    }

    /// <summary>One evaluation.</summary>
    public void Step()
    {
        process.StandardInput.WriteLine("step");
        process.StandardInput.Flush();
        if (process.StandardOutput.ReadLine() != "done") throw new InvalidOperationException("torch_unet.py gave up.");
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
