using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Captioner;

/// <summary>How Torch computes in this process: fixed by configuration, once, and never following the machine.</summary>
public static class TorchRuntime
{
    /// <summary>Where models are put that are not told otherwise; the CPU at first.</summary>
    public static Device Device { get; private set; } = CPU;

    /// <summary>Fixes threads and device; call it before the first tensor is made.</summary>
    /// <param name="threads">
    /// Threads of one operation, at least 1; null for 1. Sums split over another number of threads differ in the last bit.
    /// </param>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>; null for the CPU.</param>
    /// <exception cref="ArgumentException">There is no such device; the message says why.</exception>
    public static void Use(int? threads, string? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads ?? 1, 1, nameof(threads));
        Device = Find(device ?? "cpu");
        set_num_threads(threads ?? 1);
    }

    static Device Find(string name)
    {
        if (name == "cpu") return CPU;
        var parts = name.Split(':');
        var number = 0;
        if (parts[0] != "cuda" || parts.Length > 2 || (parts.Length == 2 && (!int.TryParse(parts[1], out number) || number < 0)))
            throw new ArgumentException($"Torch's device '{name}' is not known: cpu, cuda or cuda:N.");
        // Asking for CUDA makes TorchSharp look for its CUDA libraries; without them it throws instead of saying no.
        if (!TryInitializeDeviceType(DeviceType.CUDA) || !cuda.is_available())
            throw new ArgumentException($"Torch's device '{name}' is not there: no NVIDIA GPU, no driver, or a build without -p:Accelerator=cuda.");
        if (number >= cuda.device_count())
            throw new ArgumentException($"Torch's device '{name}' is not there: this machine has {cuda.device_count()}.");
        return new Device(DeviceType.CUDA, number);
    }
}
