using System.Security.Cryptography;

namespace Pipeline.ModelHub.Pull;

/// <summary>Hashes of files.</summary>
static class FileHash
{
    /// <summary>Bytes of a file; of the file itself when the path is a link.</summary>
    public static long SizeOf(string file)
    {
        using var handle = File.OpenHandle(file);
        return RandomAccess.GetLength(handle);
    }

    /// <summary>The SHA-256 of a file, 64 lower-case hexadecimal digits.</summary>
    public static async Task<string> OfAsync(string file, CancellationToken cancellation)
    {
        await using var stream = new FileStream(
            file, new FileStreamOptions { BufferSize = 1 << 20, Options = FileOptions.SequentialScan | FileOptions.Asynchronous });
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation));
    }
}
