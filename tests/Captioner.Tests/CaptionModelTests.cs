using System.Text.Json.Nodes;
using Pipeline.Captioner.Configuration;
using Pipeline.Models.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Tests;

public sealed class CaptionModelTests : IDisposable
{
    const string Embedding = "decoder.transformer.wte.weight", Head = "decoder.lm_head.weight";

    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_missing_tensor_is_named() =>
        Refused(tensors => tensors.Remove("encoder.layernorm.bias"))
            .ShouldBe("memory/model.safetensors: tensor 'encoder.layernorm.bias' is missing.");

    [Fact]
    public void An_unexpected_tensor_is_named() =>
        Refused(tensors => tensors["decoder.transformer.h.0.adapter"] = Zeros("decoder.transformer.h.0.adapter", TensorType.F32, 2))
            .ShouldContain("tensor 'decoder.transformer.h.0.adapter' is unexpected");

    [Fact]
    public void A_tensor_of_another_shape_is_named() =>
        Refused(tensors => tensors["encoder.layernorm.bias"] = Zeros("encoder.layernorm.bias", TensorType.F32, 3))
            .ShouldContain("tensor 'encoder.layernorm.bias' has the shape [3]; the configuration asks for [");

    [Fact]
    public void A_tensor_of_whole_numbers_is_named() =>
        Refused(tensors => tensors["encoder.layernorm.bias"] = tensors["encoder.layernorm.bias"] with { Type = TensorType.I32 })
            .ShouldContain("tensor 'encoder.layernorm.bias' is I32; F32, F16 or BF16 is needed");

    [Fact]
    public void Mask_buffers_of_older_versions_are_skipped()
    {
        string[] buffers = ["attn.bias", "attn.masked_bias", "crossattention.bias", "crossattention.masked_bias"];
        using var model = CaptionModel.Load(new MemoryFiles().WithTensors(tensors =>
        {
            foreach (var name in buffers.Select(buffer => "decoder.transformer.h.0." + buffer))
                tensors[name] = Zeros(name, TensorType.U8, 1, 1, 4, 4);
        }));
        model.Network.NamedParameters().ShouldNotContain(named => named.Name.EndsWith(".attn.bias", StringComparison.Ordinal));
    }

    [Fact]
    public void A_stored_tied_output_layer_is_accepted_if_it_is_the_embedding()
    {
        using var model = CaptionModel.Load(new MemoryFiles()
            .WithTensors(tensors => tensors[Head] = tensors[Embedding] with { Name = Head }));
        model.Network.NamedParameters().ShouldNotContain(named => named.Name == Head);

        Refused(tensors => tensors[Head] = Zeros(Head, TensorType.F32, [.. tensors[Embedding].Shape]))
            .ShouldContain($"tensor '{Head}' differs from {Embedding}");
    }

    [Fact]
    public void An_untied_output_layer_is_used()
    {
        var files = new MemoryFiles()
            .WithJson("config.json", json => json["decoder"]!["tie_word_embeddings"] = false)
            .WithTensors(tensors => tensors[Head] = Zeros(Head, TensorType.F32, [.. tensors[Embedding].Shape]));
        using var model = CaptionModel.Load(files);
        var (_, logits) = model.Decoder.Forward(zeros([1, 2], ScalarType.Int64), ones([1, 1, model.Config.Decoder.Width]));
        logits.abs().sum().item<float>().ShouldBe(0);
    }

    [Theory]
    [InlineData(TensorType.F16)]
    [InlineData(TensorType.BF16)]
    public void Half_precision_becomes_single(TensorType type)
    {
        var torchType = type == TensorType.F16 ? ScalarType.Float16 : ScalarType.BFloat16;
        using var whole = CaptionModel.Load(new MemoryFiles());
        using var half = CaptionModel.Load(new MemoryFiles().WithTensors(tensors =>
        {
            foreach (var (name, parameter) in whole.Network.NamedParameters())
            {
                var bytes = parameter.to_type(torchType).bytes.ToArray();
                tensors[name] = new TensorSource(name, type, parameter.shape, stream => stream.Write(bytes));
            }
        }));
        foreach (var ((name, expected), (_, actual)) in whole.Network.NamedParameters().Zip(half.Network.NamedParameters()))
            actual.ShouldBeBitEqualTo(expected.to_type(torchType).to_type(ScalarType.Float32), name);
    }

    [Fact]
    public void A_preprocessor_for_another_size_is_refused()
    {
        var files = new MemoryFiles()
            .WithJson("preprocessor_config.json", json => json["size"] = new JsonObject { ["height"] = 20, ["width"] = 20 });
        Should.Throw<ConfigException>(() => CaptionModel.Load(files)).Message.ShouldContain("gives pictures of 20 x 20 pixels");
    }

    [Fact]
    public void Pictures_of_another_size_and_captions_beyond_the_positions_are_refused()
    {
        using var captioner = new RandomCaptioner();
        Should.Throw<ArgumentException>(() => captioner.Network.Encode(zeros([1, 3, 8, 8]))).Message.ShouldContain("[1, 3, 8, 8]");
        var tooLong = zeros([1, captioner.Network.Config.Decoder.Positions + 1], ScalarType.Int64);
        Should.Throw<ArgumentException>(() => captioner.Network.Decoder.Forward(tooLong, captioner.Memory(1)))
            .Message.ShouldContain("positions");
    }

    [Fact]
    public void A_full_cache_is_refused()
    {
        using var captioner = new RandomCaptioner();
        using var pictures = captioner.Network.Decoder.Read(captioner.Memory(1));
        using var cache = captioner.Network.Decoder.NewCache(1, 1);
        var ids = zeros([1], ScalarType.Int64);
        captioner.Network.Decoder.Step(ids, pictures, cache);
        Should.Throw<InvalidOperationException>(() => captioner.Network.Decoder.Step(ids, pictures, cache))
            .Message.ShouldContain("1 tokens");
    }

    [Fact]
    public void The_options_of_attention_do_what_their_names_say()
    {
        using var plain = new RandomCaptioner();
        using var unscaled = new RandomCaptioner(change: config =>
            config with { Decoder = config.Decoder with { ScalesAttention = false, ScalesAttentionByLayer = true } });
        var (memory, ids) = (plain.Memory(1), tensor(new long[,] { { 3, 8, 1 } }));
        for (var i = 0; i < 3; i++)
        {
            var x = plain.Network.Decoder.Embed(ids, 0);
            var (scaledQuery, _, _) = unscaled.Network.Decoder.Layers[i].SelfAttentionInputs(x, 1);
            var (query, _, _) = plain.Network.Decoder.Layers[i].SelfAttentionInputs(x, 1);
            // Scores are q k / sqrt(8) in the plain one and q k / (i + 1) in the other.
            scaledQuery.ShouldBeNear(query * (Math.Sqrt(8) / (i + 1)), 1e-5);
        }
    }

    static string Refused(Action<Dictionary<string, TensorSource>> change) =>
        Should.Throw<SafetensorsException>(() => CaptionModel.Load(new MemoryFiles().WithTensors(change))).Message;

    static TensorSource Zeros(string name, TensorType type, params long[] shape) =>
        new(name, type, shape, stream => stream.Write(new byte[type.ByteLength(shape)]));
}
