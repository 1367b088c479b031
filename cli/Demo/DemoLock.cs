using Pipeline.Cli.Local;
using Pipeline.Cli.Terminal;

namespace Pipeline.Cli.Demo;

/// <summary>One demo at a time per stack: the first to end would stop the servers under the other's feet.</summary>
static class DemoLock
{
    /// <summary>Takes the lock; the system gives it back when the process ends, however it ends.</summary>
    /// <exception cref="CliException">Another demo has it.</exception>
    public static IDisposable Take(LocalStack stack)
    {
        Directory.CreateDirectory(stack.Folder);
        try
        {
            return new FileStream(Path.Combine(stack.Folder, "demo.lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException)
        {
            throw new CliException($"another demo is running in {stack.Folder}");
        }
    }
}
