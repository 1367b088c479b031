using Pipeline.FullSize.Measuring;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Pipeline.FullSize;

/// <summary>The tests; and, with <see cref="Measured.Argument"/>, the process of its own that a test measures.</summary>
static class Program
{
    static async Task<int> Main(string[] args)
    {
        if (args is [Measured.Argument, var step, .. var rest]) return await Measured.RunAsync(step, rest);
        // As the entry point that xunit.v3 would generate.
        return args.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }
}
