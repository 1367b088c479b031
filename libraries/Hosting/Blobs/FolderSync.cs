using System.Runtime.InteropServices;

namespace Pipeline.Hosting;

/// <summary>
/// Makes renames durable: on Unix a new name survives a power cut only when its folder is flushed too, which .NET has no call for.
/// </summary>
static partial class FolderSync
{
    const int ReadOnly = 0;

    /// <summary>Flushes the names in <paramref name="folder"/> to disk. Windows needs nothing.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0) throw Failure("open", folder);
        try
        {
            if (Fsync(descriptor) != 0) throw Failure("flush", folder);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    static IOException Failure(string what, string folder) =>
        new($"Cannot {what} folder '{folder}': {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
