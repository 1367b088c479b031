using Pipeline.Models.Safetensors;
using static Pipeline.Models.Tests.Safetensors.SafetensorsSamples;

namespace Pipeline.Models.Tests.Safetensors;

public sealed class SafetensorsFileTests
{
    [Fact]
    public void Tensors_metadata_and_scalars_are_read()
    {
        const string header = """
            {"__metadata__": {"format": "pt"},
             "b": {"dtype": "U8", "shape": [], "data_offsets": [8, 9]},
             "a": {"dtype": "I16", "shape": [2, 2], "data_offsets": [0, 8]}}
            """;
        using var file = Open(File(header, 9));

        file.Metadata.ShouldHaveSingleItem().ShouldBe(new KeyValuePair<string, string>("format", "pt"));
        file.Entries.Select(entry => entry.Name).ShouldBe(["a", "b"]);
        file["a"].Shape.ShouldBe([2, 2]);
        var bytes = new byte[3];
        file.Read(file["a"], bytes, offset: 2);
        bytes.ShouldBe([2, 3, 4]);
        file.Read(file["b"], bytes.AsSpan(0, 1));
        bytes[0].ShouldBe((byte)8);
    }

    [Fact]
    public void Half_and_brain_floats_become_the_singles_they_stand_for()
    {
        using var file = Open(Write([
            Tensor("half", TensorType.F16, [2], [.. BitConverter.GetBytes((Half)1.5f), .. BitConverter.GetBytes((Half)(-65504f))]),
            Tensor("brain", TensorType.BF16, [2], [0xC0, 0x3F, 0x80, 0x7F]),
            Tensor("single", TensorType.F32, [1], BitConverter.GetBytes(0.1f)),
        ]));

        file.ReadSingles("half").ShouldBe([1.5f, -65504f]);
        file.ReadSingles("brain").ShouldBe([1.5f, float.PositiveInfinity]);
        file.ReadSingles("single").ShouldBe([0.1f]);
        Should.Throw<SafetensorsException>(() => file.ReadInt64("half")).Message.ShouldBe("sample: tensor 'half' is F16; I64 is needed.");
    }

    [Fact]
    public void A_tensor_without_elements_is_allowed()
    {
        using var file = Open(File("""{"none":{"dtype":"F32","shape":[3,0],"data_offsets":[0,0]}}""", 0));
        file.ReadSingles("none").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2,
        "'a' appears twice")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2,
        "'a' appears twice")]
    [InlineData("""{"a":{"dtype":"F8","shape":[1],"data_offsets":[0,1]}}""", 1, "unknown dtype 'F8'")]
    [InlineData("""{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown dtype 'f32'")]
    [InlineData("""{"a":{"dtype":"9","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown dtype '9'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "has 4 bytes in the file, but F32 [2] needs 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "beyond the end")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "the last 1 bytes belong to no tensor")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3,
        "'b' overlaps")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}""", 4,
        "'b' leaves a hole of 1")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "leaves a hole of 1")]
    [InlineData("""{"a":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "beyond 2^63 - 1")]
    [InlineData("""{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}}""", 0, "beyond 2^63 - 1")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}""", 1, "a shape that holds something else")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}""", 1, "a shape that holds something else")]
    [InlineData("""{"a":{"dtype":"U8","shape":1,"data_offsets":[0,1]}}""", 1, "a shape that is no list")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}""", 1, "not a begin and an end")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,9223372036854775808]}}""", 1,
        "a data_offsets that holds something else")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[9223372036854775806,9223372036854775807]}}""", 1, "beyond the end")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":0}}""", 1, "unknown or repeated key 'x'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"shape":[1],"data_offsets":[0,1]}}""", 1, "unknown or repeated key 'shape'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1]}}""", 1, "lacks dtype, shape or data_offsets")]
    [InlineData("""{"a":3}""", 0, "is described by no object")]
    [InlineData("""{"__metadata__":{"n":1}}""", 0, "__metadata__.n is no string")]
    [InlineData("""{"__metadata__":{"n":"1","n":"2"}}""", 0, "__metadata__.n appears twice")]
    [InlineData("""{"__metadata__":[]}""", 0, "__metadata__ is no object")]
    [InlineData(""" {}""", 0, "does not begin with '{'")]
    [InlineData("""{"a":""", 0, "no valid JSON")]
    [InlineData("""{} {}""", 0, "no valid JSON")]
    [InlineData("", 0, "does not begin with '{'")]
    public void A_broken_header_is_refused_by_name(string header, int dataLength, string problem)
    {
        var error = Should.Throw<SafetensorsException>(() => Open(File(header, dataLength)));
        error.Message.ShouldStartWith("sample: ");
        error.Message.ShouldContain(problem);
    }

    [Theory]
    [InlineData(3ul, "only 2 follow")]
    [InlineData(100_000_001ul, "at most 100000000")]
    [InlineData(ulong.MaxValue, "at most 100000000")]
    [InlineData(100_000_000ul, "only 2 follow")]
    public void A_lying_header_length_is_refused_before_anything_is_allocated(ulong claimed, string problem)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<SafetensorsException>(() => Open(File("{}", 0, claimed))).Message.ShouldContain(problem);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000_000);
    }

    [Fact]
    public void A_file_shorter_than_its_prefix_is_refused() =>
        Should.Throw<SafetensorsException>(() => Open([1, 2, 3])).Message.ShouldContain("3 bytes are too few");

    [Fact]
    public void A_missing_tensor_is_named()
    {
        using var file = Open(File("{}", 0));
        Should.Throw<SafetensorsException>(() => file["wte"]).Message.ShouldBe("sample: tensor 'wte' is missing.");
    }

    [Fact]
    public void The_stream_is_closed_when_the_file_is_broken()
    {
        var stream = new MemoryStream([1]);
        Should.Throw<SafetensorsException>(() => SafetensorsFile.Open(stream, "sample"));
        stream.CanRead.ShouldBeFalse();
    }
}
