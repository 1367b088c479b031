using static TorchSharp.torch;

namespace Pipeline.Captioner;

/// <summary>
/// How many threads Torch computes with. Sums split over another number of threads differ in the last bit, so the number is fixed by
/// configuration and never follows the machine.
/// </summary>
public static class TorchThreads
{
    /// <summary>Fixes the number for the process; call it before the first tensor is made.</summary>
    /// <param name="count">At least 1; null for 1.</param>
    public static void Use(int? count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count ?? 1, 1, nameof(count));
        set_num_threads(count ?? 1);
    }
}
