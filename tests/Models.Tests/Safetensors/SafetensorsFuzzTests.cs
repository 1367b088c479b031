using System.Text;
using Pipeline.Models.Safetensors;
using static Pipeline.Models.Tests.Safetensors.SafetensorsSamples;

namespace Pipeline.Models.Tests.Safetensors;

public sealed class SafetensorsFuzzTests
{
    static readonly byte[] Sound = Write(
        [
            Tensor("encoder.weight", TensorType.F32, [2, 3], new byte[24]),
            Tensor("encoder.bias", TensorType.F16, [3], new byte[6]),
            Tensor("ids", TensorType.I64, [2], new byte[16]),
        ],
        new Dictionary<string, string> { ["format"] = "pt", ["run"] = "ü" });

    /// <summary>What a header is made of, so that many mutations still parse as JSON and reach the deeper checks.</summary>
    static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "0", "-1", "9", "1e99", "99999999999999999999", "null", "true", "\"F32\"", "\"shape\"", "\\u0000",
        "\\ud800", "\xff",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_happens_to_the_bytes_the_file_is_read_or_refused(int seed)
    {
        var random = new Random(seed);
        var before = GC.GetAllocatedBytesForCurrentThread();
        const int rounds = 4000;
        for (var round = 0; round < rounds; round++)
        {
            var mutated = Mutate(random);
            try
            {
                using var file = Open(mutated);
                ReadAll(file);
            }
            catch (SafetensorsException)
            {
                // The only failure there may be; any other exception fails the test.
            }
        }
        ((GC.GetAllocatedBytesForCurrentThread() - before) / rounds).ShouldBeLessThan(100_000);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        for (var length = 0; length < Sound.Length; length++)
            Should.Throw<SafetensorsException>(() => Open(Sound[..length]), $"cut after {length} bytes");
    }

    static byte[] Mutate(Random random)
    {
        var bytes = Sound.ToList();
        var headerEnd = 8 + (int)BitConverter.ToInt64(Sound);
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                    if (bytes.Count == 0) bytes.Add(0);
                    break;
                default:
                    bytes.InsertRange(Math.Min(at, headerEnd), Encoding.Latin1.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
            }
        }
        var result = bytes.ToArray();
        // Half of the time the prefix is made to fit, else most mutations would end at the first check.
        if (random.Next(2) == 0 && result.Length >= 8)
            BitConverter.TryWriteBytes(result, Math.Max(0L, headerEnd - 8 + result.Length - Sound.Length));
        return result;
    }

    static void ReadAll(SafetensorsFile file)
    {
        foreach (var entry in file.Entries) file.Read(entry, new byte[entry.ByteLength]);
    }
}
