using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Models;
using Pipeline.Testing;

namespace Pipeline.Onnx.Tests;

public sealed class OnnxModelTests : IDisposable
{
    readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Inputs_and_outputs_are_known_by_name_type_and_shape()
    {
        using var model = Load(Doubling());
        model.Inputs["x"].ToString().ShouldBe("x Float[?,2]");
        model.Outputs.Keys.ShouldBe(["y"]);
        model.Outputs["y"].Type.ShouldBe(TensorElementType.Float);
        model.File.ShouldBe($"{folder.Path}/model.onnx");
    }

    [Fact]
    public void A_model_computes_a_named_output()
    {
        using var model = Load(Doubling());
        var result = model.Compute("y", [OnnxInput.Of("x", [1f, 2, 3, 4], 2, 2)]);
        result.Values.ShouldBe([4, 8, 12, 16]);
        result.Shape.ShouldBe([2, 2]);
    }

    public static TheoryData<int> Types =>
        [OnnxBuilder.Float, OnnxBuilder.Float16, OnnxBuilder.Double, OnnxBuilder.Int32, OnnxBuilder.Int64];

    [Theory, MemberData(nameof(Types))]
    public void Numbers_are_converted_to_the_type_that_the_model_reads_and_back(int type)
    {
        using var model = Load(Same(type));
        model.Compute("y", [OnnxInput.Of("x", [981f, -3], 2)]).Values.ShouldBe([981, -3]);
        model.Compute("y", [OnnxInput.Of("x", [981, -3], 2)]).Values.ShouldBe([981, -3]);
        model.Compute("y", [OnnxInput.Of("x", [981L, -3L], 2)]).Values.ShouldBe([981, -3]);
    }

    [Fact]
    public void Half_precision_rounds_as_ieee_does()
    {
        using var model = Load(Same(OnnxBuilder.Float16));
        float[] values = [0.1f, 65519, 1e9f, 6e-8f];
        model.Compute("y", [OnnxInput.Of("x", values, 4)]).Values.ShouldBe([.. values.Select(value => (float)(Half)value)]);
    }

    [Theory]
    [InlineData(OnnxBuilder.Int64, 0.5f, "cannot hold 0.5")]
    [InlineData(OnnxBuilder.Int32, 3e9f, "cannot hold 3E+09")]
    [InlineData(OnnxBuilder.Int32, float.NaN, "cannot hold NaN")]
    public void What_is_no_integer_is_refused_where_one_is_read(int type, float value, string problem)
    {
        using var model = Load(Same(type));
        Problem(() => model.Compute("y", [OnnxInput.Of("x", [value], 1)])).ShouldContain(problem);
    }

    [Fact]
    public void Inputs_and_outputs_that_do_not_exist_are_named_with_those_that_do()
    {
        using var model = Load(Doubling());
        var x = OnnxInput.Of("x", [1f, 2], 1, 2);
        Problem(() => model.Compute("z", [x])).ShouldBe($"{model.File}: there is no output 'z'; there is y Float[?,2]");
        Problem(() => model.Compute("y", [x, OnnxInput.Of("w", [1f], 1)]))
            .ShouldBe($"{model.File}: there is no input 'w'; there is x Float[?,2]");
        Problem(() => model.Compute("y", [])).ShouldBe($"{model.File}: input x Float[?,2] was not given");
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3)]
    [InlineData(1, 1, 3)]
    public void Another_shape_or_rank_than_the_model_s_is_refused(params int[] shape)
    {
        using var model = Load(Doubling());
        Problem(() => model.Compute("y", [OnnxInput.Of("x", [1f, 2, 3], shape)]))
            .ShouldBe($"{model.File}: input x Float[?,2] was given the shape [{string.Join(',', shape)}]");
    }

    [Fact]
    public void Values_that_do_not_fill_their_shape_are_refused() =>
        Should.Throw<ArgumentException>(() => OnnxInput.Of("x", [1f, 2, 3], 2, 2)).Message.ShouldContain("3 values for input 'x'");

    [Fact]
    public void What_fails_within_the_graph_is_an_error_of_one_line_that_names_the_file()
    {
        using var model = Load(new OnnxBuilder().Input("x", OnnxBuilder.Float, -1).Input("z", OnnxBuilder.Float, -1)
            .Output("y", OnnxBuilder.Float, -1).Node("Add", ["x", "z"], "y").Build());
        var problem = Problem(() => model.Compute("y", [OnnxInput.Of("x", [1f, 2], 2), OnnxInput.Of("z", [1f, 2, 3], 3)]));
        problem.ShouldStartWith($"{model.File}: ");
        problem.ShouldNotContain("\n");
        problem.ShouldNotContain("ErrorCode");
    }

    [Fact]
    public void A_computation_can_be_cancelled()
    {
        using var model = Load(Doubling());
        Should.Throw<OperationCanceledException>(
            () => model.Run("y", [OnnxInput.Of("x", [1f, 2], 1, 2)], new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Less_than_one_thread_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Load(Doubling(), new OnnxOptions { Threads = 0 }));

    [Fact]
    public void A_build_or_a_machine_without_cuda_says_so()
    {
        var options = new OnnxOptions { Provider = OnnxProvider.Cuda };
        Assert.SkipWhen(File.Exists("/dev/nvidia0"), "there is a GPU");
        Problem(() => Load(Doubling(), options)).ShouldStartWith($"{folder.Path}/model.onnx: cannot be computed on CUDA device 0");
    }

    /// <summary>y = (x + x) * 2 of [N, 2].</summary>
    static byte[] Doubling() => new OnnxBuilder().Input("x", OnnxBuilder.Float, -1, 2).Output("y", OnnxBuilder.Float, -1, 2)
        .Weights("w", [2], 1).Node("Add", ["x", "x"], "h").Node("Mul", ["h", "w"], "y").Build();

    static byte[] Same(int type) =>
        new OnnxBuilder().Input("x", type, -1).Output("y", type, -1).Node("Identity", ["x"], "y").Build();

    OnnxModel Load(byte[] model, OnnxOptions? options = null)
    {
        folder.Write("model.onnx", model);
        return OnnxModel.Load(new ModelFolder(folder.Path), "model.onnx", options);
    }

    static string Problem(Action action) => Should.Throw<OnnxException>(action).Message;
}
