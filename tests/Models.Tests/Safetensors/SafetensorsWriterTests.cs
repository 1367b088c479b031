using System.Text;
using Pipeline.Models.Safetensors;
using Pipeline.Testing;
using static Pipeline.Models.Tests.Safetensors.SafetensorsSamples;

namespace Pipeline.Models.Tests.Safetensors;

public sealed class SafetensorsWriterTests
{
    static readonly TensorSource[] Three =
    [
        Tensor("b", TensorType.F32, [1], [1, 2, 3, 4]),
        Tensor("a", TensorType.F32, [1], [5, 6, 7, 8]),
        Tensor("wide", TensorType.F64, [1], new byte[8]),
    ];

    [Fact]
    public void What_is_written_is_read_back()
    {
        var metadata = new Dictionary<string, string> { ["format"] = "pt", ["note"] = "two \"words\"" };
        using var file = Open(Write(Three, metadata));

        file.Metadata.ShouldBe(metadata, ignoreOrder: true);
        file.Entries.Select(entry => entry.Name).ShouldBe(["wide", "a", "b"]);
        var bytes = new byte[4];
        file.Read(file["a"], bytes);
        bytes.ShouldBe([5, 6, 7, 8]);
    }

    [Fact]
    public void The_order_of_tensors_and_metadata_does_not_change_the_bytes()
    {
        var bytes = Write(Three, new Dictionary<string, string> { ["x"] = "1", ["y"] = "2" });
        Write(Three.Reverse(), new Dictionary<string, string> { ["y"] = "2", ["x"] = "1" }).ShouldBe(bytes);
    }

    [Fact]
    public void The_data_begin_at_a_multiple_of_eight_after_a_header_padded_with_spaces()
    {
        var bytes = Write([Tensor("a", TensorType.U8, [1], [7])]);
        var length = (int)BitConverter.ToInt64(bytes);
        (length % 8).ShouldBe(0);
        Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' ').ShouldBe("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""");
    }

    [Fact]
    public void A_tensor_that_writes_too_few_bytes_is_named() =>
        Should.Throw<SafetensorsException>(() => Write([Tensor("short", TensorType.F32, [2], new byte[7])]))
            .Message.ShouldContain("'short' wrote 7 bytes");

    [Fact]
    public void A_name_given_twice_is_refused() =>
        Should.Throw<SafetensorsException>(() => Write([Three[0], Three[0]])).Message.ShouldContain("'b' is given twice");

    [Fact]
    public void The_reserved_name_is_refused() =>
        Should.Throw<SafetensorsException>(() => Write([Tensor("__metadata__", TensorType.U8, [0], [])])).Message.ShouldContain("reserves");

    [Fact, Trait("Category", "Parity")]
    public void Every_safetensors_file_of_the_fixtures_survives_a_round_trip()
    {
        foreach (var path in Directory.EnumerateFiles(Fixtures.Path("vit-gpt2"), "*.safetensors"))
        {
            using var file = SafetensorsFile.Open(path);
            using var copy = Open(Write(file.Entries.Select(entry => Tensor(entry.Name, entry.Type, [.. entry.Shape], Bytes(file, entry))),
                file.Metadata));

            copy.Metadata.ShouldBe(file.Metadata, ignoreOrder: true);
            copy.Entries.Count.ShouldBe(file.Entries.Count);
            foreach (var entry in file.Entries)
                Bytes(copy, copy[entry.Name]).AsSpan().SequenceEqual(Bytes(file, entry)).ShouldBeTrue(entry.Name);
        }
    }

    static byte[] Bytes(SafetensorsFile file, TensorEntry entry)
    {
        var bytes = new byte[entry.ByteLength];
        file.Read(entry, bytes);
        return bytes;
    }
}
