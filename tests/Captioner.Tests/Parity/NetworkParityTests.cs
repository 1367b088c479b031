using Pipeline.Captioner.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Tests.Parity;

[Trait("Category", "Parity")]
public sealed class NetworkParityTests(VitGpt2Fixture fixture) : IClassFixture<VitGpt2Fixture>, IDisposable
{
    const double Tolerance = 2e-4;

    readonly DisposeScope scope = NewDisposeScope();

    CaptionDecoder Decoder => fixture.Model.Decoder;

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Every_hidden_state_of_the_encoder_is_transformers()
    {
        var x = fixture.Model.Network.Encoder.Embed(fixture["pixel_values"]);
        x.ShouldBeNear(fixture["encoder_hidden_states.0"], Tolerance, "embeddings");
        for (var i = 0; i < fixture.Model.Network.Encoder.Layers.Count; i++)
        {
            x = fixture.Model.Network.Encoder.Layers[i].Forward(x);
            x.ShouldBeNear(fixture[$"encoder_hidden_states.{i + 1}"], Tolerance, $"layer {i}");
        }
        var last = fixture.Model.Network.Encoder.Forward(fixture["pixel_values"]);
        last.ShouldBeNear(fixture["encoder_last_hidden_state"], Tolerance);
        fixture.Model.Network.Encoder.Pool(last).ShouldBeNear(fixture["encoder_pooler_output"], Tolerance);
        fixture.Memory.ShouldBeNear(fixture[fixture.Model.Config.HasProjection ? "encoder_hidden_projected" : "encoder_last_hidden_state"],
            Tolerance);
    }

    [Fact]
    public void Every_hidden_state_of_the_decoder_is_transformers()
    {
        var ids = fixture["decoder_input_ids"];
        var x = Decoder.Embed(ids, 0);
        Shaped(x).ShouldBeNear(fixture["decoder_hidden_states.0"], Tolerance, "embeddings");
        for (var i = 0; i < Decoder.Layers.Count; i++)
        {
            x = Decoder.Layers[i].Forward(x, ids.shape[0], Decoder.Layers[i].Read(fixture.Memory), null);
            // transformers lists the last hidden state after the final layer norm.
            var listed = i == Decoder.Layers.Count - 1 ? Decoder.FinalNorm(x) : x;
            Shaped(listed).ShouldBeNear(fixture[$"decoder_hidden_states.{i + 1}"], Tolerance, $"layer {i}");
        }
        var (hidden, logits) = Decoder.Forward(ids, fixture.Memory);
        hidden.ShouldBeNear(fixture[$"decoder_hidden_states.{Decoder.Layers.Count}"], Tolerance);
        logits.ShouldBeNear(fixture["logits"], Tolerance);
    }

    [Fact]
    public void The_attention_of_the_first_layer_is_transformers()
    {
        var ids = fixture["decoder_input_ids"];
        var (layer, x) = (Decoder.Layers[0], Decoder.Embed(ids, 0));
        var (query, keys, _) = layer.SelfAttentionInputs(x, ids.shape[0]);
        var causal = CaptionDecoder.CausalMask(ones_like(ids));
        Attention(query, keys, causal).ShouldBeNear(fixture["decoder_attentions.0"], Tolerance);

        // The cross attention asks from after the self-attention, so its input is the layer's without the rest: taken apart here.
        var afterSelf = layer.AfterSelfAttention(x, ids.shape[0], null, null);
        Attention(layer.CrossAttentionQuery(afterSelf, ids.shape[0]), layer.Read(fixture.Memory).Keys, null)
            .ShouldBeNear(fixture["cross_attentions.0"], Tolerance);
    }

    [Theory]
    [InlineData("right_pad")]
    [InlineData("left_pad")]
    public void Padding_on_either_side_changes_nothing_for_real_tokens(string side)
    {
        var mask = fixture[$"{side}_attention_mask"];
        var (_, logits) = Decoder.Forward(fixture["decoder_input_ids"], fixture.Memory, mask);
        var isReal = mask.unsqueeze(-1).to_type(ScalarType.Bool);
        logits.isfinite().all().item<bool>().ShouldBeTrue();
        where(isReal, logits, zeros_like(logits)).ShouldBeNear(where(isReal, fixture[$"{side}_logits"], zeros_like(logits)), Tolerance);
    }

    [Fact]
    public void Decoding_step_by_step_gives_the_logits_and_the_cache_of_transformers()
    {
        using var inference = inference_mode();
        var ids = fixture["decoder_input_ids"];
        var (batch, length) = (ids.shape[0], (int)ids.shape[1]);
        using var pictures = Decoder.Read(fixture.Memory);
        // With room to spare where there are positions for it: what is not filled must not be read.
        using var cache = Decoder.NewCache(batch, Math.Min(length + 3, Decoder.Config.Positions));
        var logits = stack(Enumerable.Range(0, length).Select(t => Decoder.Step(ids.select(1, t), pictures, cache)), 1);

        logits.ShouldBeNear(fixture["kv_cached_step_logits"], Tolerance);
        logits.ShouldBeNear(fixture["logits"], Tolerance);
        for (var i = 0; i < Decoder.Layers.Count; i++)
        {
            cache.Read(i).Keys.ShouldBeNear(fixture[$"past_key_values.{i}.key"], Tolerance);
            cache.Read(i).Values.ShouldBeNear(fixture[$"past_key_values.{i}.value"], Tolerance);
        }
    }

    [Fact]
    public void Two_forwards_of_the_same_input_are_equal_in_every_bit()
    {
        fixture.Model.Encode(fixture["pixel_values"]).ShouldBeBitEqualTo(fixture.Memory);
        var (firstHidden, firstLogits) = Decoder.Forward(fixture["decoder_input_ids"], fixture.Memory);
        var (secondHidden, secondLogits) = Decoder.Forward(fixture["decoder_input_ids"], fixture.Memory);
        secondHidden.ShouldBeBitEqualTo(firstHidden);
        secondLogits.ShouldBeBitEqualTo(firstLogits);
    }

    Tensor Shaped(Tensor x) => x.view(fixture["decoder_input_ids"].shape[0], -1, Decoder.Config.Width);

    /// <summary>Divides by the square root of the head's width as the attention kernel does; a configuration that wants another scale
    /// (<c>scale_attn_weights</c>, <c>scale_attn_by_inverse_layer_idx</c>) has its correction in the query already.</summary>
    static Tensor Attention(Tensor query, Tensor keys, Tensor? mask)
    {
        var scores = query.matmul(keys.transpose(2, 3)) / Math.Sqrt(query.shape[3]);
        return (mask is null ? scores : scores + mask).softmax(-1);
    }
}
