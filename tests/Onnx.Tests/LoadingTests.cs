using System.Runtime.InteropServices;
using Pipeline.Models;
using Pipeline.Testing;

namespace Pipeline.Onnx.Tests;

/// <summary>Where a model's bytes come from, what is inside of it, and what is wrong with it.</summary>
public sealed class LoadingTests : IDisposable
{
    static readonly OnnxInput X = OnnxInput.Of("x", [1f, 2], 2);

    readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_value_inside_the_graph_can_be_made_an_output()
    {
        using var model = Load(Chain(), expose: "twice");
        model.Outputs.Keys.ShouldBe(["y", "twice"]);
        model.Compute("twice", [X]).Values.ShouldBe([2, 4]);
        model.Compute("y", [X]).Values.ShouldBe([4, 16]);
    }

    [Fact]
    public void A_value_that_is_an_output_already_stays_one()
    {
        using var model = Load(Chain(), expose: "y");
        model.Outputs.Keys.ShouldBe(["y"]);
        model.Compute("y", [X]).Values.ShouldBe([4, 16]);
    }

    [Fact]
    public void A_value_that_is_not_in_the_graph_is_named_with_those_that_are() =>
        Problem(Chain(), expose: "thrice").ShouldBe("its graph computes no value 'thrice'; the last it computes are twice, y");

    [Fact]
    public void A_model_that_is_no_folder_on_disk_is_read_from_its_bytes()
    {
        using var plain = OnnxModel.Load(new InMemory(Chain()), "m");
        using var exposed = OnnxModel.Load(new InMemory(Chain()), "m", expose: "twice");
        plain.Compute("y", [X]).Values.ShouldBe([4, 16]);
        exposed.Compute("twice", [X]).Values.ShouldBe([2, 4]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("scaled")]
    public void External_data_is_found_beside_the_model_also_when_a_value_is_exposed(string? expose)
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "unet"));
        folder.Write("unet/weights.pb", MemoryMarshal.AsBytes<float>([10f, 100]).ToArray());
        folder.Write("unet/model.onnx", WithExternalData());
        using var model = OnnxModel.Load(new ModelFolder(folder.Path), "unet/model.onnx", expose: expose);
        model.Compute("y", [X]).Values.ShouldBe([20, 400]);
        if (expose is not null) model.Compute(expose, [X]).Values.ShouldBe([10, 200]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("scaled")]
    public void Missing_external_data_is_an_error_that_names_model_and_data(string? expose) =>
        Problem(WithExternalData(), expose).ShouldContain("weights.pb");

    [Fact]
    public void What_can_be_named_in_a_file_is_known_without_computing_it()
    {
        folder.Write("model.onnx", WithExternalData());
        var graph = OnnxGraph.Read(new ModelFolder(folder.Path), "model.onnx");
        graph.Outputs.ShouldBe(["y"]);
        graph.Values.ShouldBe(["scaled", "y"]);
        graph.ExternalFiles.ShouldBe(["weights.pb"]);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Should.Throw<FileNotFoundException>(() => OnnxModel.Load(new ModelFolder(folder.Path), "model.onnx"))
            .Message.ShouldBe($"{folder.Path}: there is no model.onnx.");

    [Theory]
    [InlineData(null)]
    [InlineData("twice")]
    public void A_model_that_was_cut_off_is_refused_wherever_it_was_cut(string? expose)
    {
        var model = Chain();
        for (var length = 0; length < model.Length; length++)
            Problem(model[..length], expose).ShouldNotContain("\n");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("twice")]
    public void What_is_no_model_is_refused(string? expose) =>
        Problem([.. "<!DOCTYPE html><html>not found</html>"u8], expose).ShouldNotBeEmpty();

    /// <summary>twice = x + x; y = twice * twice.</summary>
    static byte[] Chain() => new OnnxBuilder().Input("x", OnnxBuilder.Float, -1).Output("y", OnnxBuilder.Float, -1)
        .Node("Add", ["x", "x"], "twice").Node("Mul", ["twice", "twice"], "y").Build();

    static byte[] WithExternalData() => new OnnxBuilder().Input("x", OnnxBuilder.Float, -1).Output("y", OnnxBuilder.Float, -1)
        .ExternalWeights("w", "weights.pb", 2).Node("Mul", ["x", "w"], "scaled").Node("Add", ["scaled", "scaled"], "y").Build();

    OnnxModel Load(byte[] model, string? expose)
    {
        folder.Write("model.onnx", model);
        return OnnxModel.Load(new ModelFolder(folder.Path), "model.onnx", expose: expose);
    }

    /// <summary>What is said behind the file's name.</summary>
    string Problem(byte[] model, string? expose)
    {
        var problem = Should.Throw<OnnxException>(() => Load(model, expose)).Message;
        var file = $"{folder.Path}/model.onnx: ";
        problem.ShouldStartWith(file);
        return problem[file.Length..];
    }

    sealed class InMemory(byte[] model) : IModelFiles
    {
        public string Name => "memory";

        public bool Exists(string path) => true;

        public Stream OpenRead(string path) => new MemoryStream(model);
    }
}
