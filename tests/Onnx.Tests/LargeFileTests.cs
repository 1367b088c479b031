using Pipeline.Models;
using Pipeline.Testing;

namespace Pipeline.Onnx.Tests;

/// <summary>How much of a file with large weights is read: VGG-16 has 553 MB of them, and each copy in memory would count.</summary>
public sealed class LargeFileTests
{
    const int Weights = 1 << 20;

    readonly CountedFile file = new(WithWeights());

    [Fact]
    public void What_can_be_named_is_found_without_reading_weights()
    {
        var graph = OnnxGraph.Read(file, "m");

        graph.Values.ShouldBe(["scaled", "y"]);
        file.BytesRead.ShouldBeLessThan(1000);
    }

    [Fact]
    public void A_model_with_an_exposed_value_is_read_once()
    {
        using var model = OnnxModel.Load(file, "m", expose: "scaled");

        model.Outputs.Keys.ShouldBe(["y", "scaled"]);
        file.BytesRead.ShouldBeInRange(file.Length, file.Length + 1000);
    }

    static byte[] WithWeights()
    {
        using var model = new MemoryStream();
        model.Write(new OnnxBuilder().Input("x", OnnxBuilder.Float, Weights).Output("y", OnnxBuilder.Float, Weights)
            .Node("Mul", ["x", "w"], "scaled").Node("Add", ["scaled", "scaled"], "y").Build());
        OnnxBuilder.Append(model, "w", [Weights], stream => stream.Write(new byte[sizeof(float) * Weights]));
        return model.ToArray();
    }

    sealed class CountedFile(byte[] content) : IModelFiles
    {
        public string Name => "memory";

        public long Length => content.Length;

        public long BytesRead { get; private set; }

        public bool Exists(string path) => true;

        public Stream OpenRead(string path) => new Counted(this, content);

        sealed class Counted(CountedFile file, byte[] content) : MemoryStream(content)
        {
            // What reads into a span ends up here too.
            public override int Read(byte[] buffer, int offset, int count) => Count(base.Read(buffer, offset, count));

            public override int ReadByte()
            {
                Count(1);
                return base.ReadByte();
            }

            int Count(int read)
            {
                file.BytesRead += read;
                return read;
            }
        }
    }
}
