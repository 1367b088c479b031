using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Pipeline.Learning.Tests.UpdatePolicy;

/// <summary>These networks are so small that a second thread only waits for the first, and test classes run beside each other.</summary>
static class OneTorchThread
{
    [ModuleInitializer]
    internal static void Set() => set_num_threads(1);
}
