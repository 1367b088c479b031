using System.Text.Json.Nodes;
using Pipeline.Captioner.Configuration;

namespace Pipeline.Captioner.Tests;

public sealed class CaptionerConfigTests
{
    [Fact]
    public void Every_size_and_option_is_read()
    {
        var config = Load(json =>
        {
            var decoder = json["decoder"]!.AsObject();
            decoder["n_inner"] = 100;
            decoder["activation_function"] = "relu";
            decoder["layer_norm_epsilon"] = 1e-3;
            decoder["scale_attn_weights"] = false;
            decoder["scale_attn_by_inverse_layer_idx"] = true;
            decoder["tie_word_embeddings"] = false;
            var encoder = json["encoder"]!.AsObject();
            encoder["qkv_bias"] = false;
            encoder["hidden_act"] = "quick_gelu";
        });
        config.Decoder.InnerWidth.ShouldBe(100);
        config.Decoder.Activation.ShouldBe(Activation.Relu);
        config.Decoder.LayerNormEpsilon.ShouldBe(1e-3);
        (config.Decoder.ScalesAttention, config.Decoder.ScalesAttentionByLayer, config.Decoder.TiesHead).ShouldBe((false, true, false));
        (config.Encoder.HasQkvBias, config.Encoder.Activation).ShouldBe((false, Activation.QuickGelu));
    }

    [Fact]
    public void An_absent_key_takes_the_default_of_transformers()
    {
        var config = Load(json =>
        {
            json["encoder"] = new JsonObject { ["model_type"] = "vit" };
            json["decoder"] = new JsonObject { ["model_type"] = "gpt2", ["is_decoder"] = true, ["add_cross_attention"] = true };
        });
        config.Encoder.ShouldBe(new VisionEncoderConfig(768, 12, 12, 3072, Activation.Gelu, 224, 16, 3, 1e-12, HasQkvBias: true));
        config.Decoder.ShouldBe(new CaptionDecoderConfig(50257, 1024, 768, 12, 12, 3072, Activation.GeluTanh, 1e-5, true, false, true));
        config.HasProjection.ShouldBeFalse();
    }

    [Fact]
    public void Special_tokens_come_from_the_generation_configuration_first()
    {
        var files = new MemoryFiles().WithJson("generation_config.json", json =>
        {
            (json["decoder_start_token_id"], json["eos_token_id"], json["pad_token_id"]) = (1, new JsonArray(2), 3);
        });
        CaptionerConfig.Load(files).Tokens.ShouldBe(new SpecialTokens(1, 2, 3));
    }

    [Fact]
    public void Without_one_they_come_from_the_model_and_then_from_the_decoder()
    {
        var files = new MemoryFiles().WithJson("config.json", json =>
        {
            (json["decoder_start_token_id"], json["bos_token_id"], json["eos_token_id"], json["pad_token_id"]) = (null, null, 2, null);
            (json["decoder"]!["bos_token_id"], json["decoder"]!["pad_token_id"]) = (4, null);
        });
        files.Remove("generation_config.json");
        CaptionerConfig.Load(files).Tokens.ShouldBe(new SpecialTokens(Start: 4, End: 2, Pad: 2));
    }

    [Theory]
    [InlineData("model_type", "\"blip\"", "model_type is blip")]
    [InlineData("encoder", "3", "encoder is missing or no object")]
    [InlineData("encoder.model_type", "\"swin\"", "encoder.model_type is swin")]
    [InlineData("encoder.num_attention_heads", "5", "encoder.num_attention_heads is 5, which does not divide")]
    [InlineData("encoder.patch_size", "1000", "encoder.patch_size is 1000")]
    [InlineData("encoder.image_size", "[48, 48]", "encoder.image_size is [48,48]")]
    [InlineData("encoder.layer_norm_eps", "0", "encoder.layer_norm_eps is 0")]
    [InlineData("encoder.hidden_act", "\"mish\"", "encoder.hidden_act is mish")]
    [InlineData("decoder.model_type", "\"bert\"", "decoder.model_type is bert")]
    [InlineData("decoder.n_embd", "\"64\"", "decoder.n_embd is \"64\"")]
    [InlineData("decoder.n_layer", "0", "decoder.n_layer is 0")]
    [InlineData("decoder.n_head", "7", "decoder.n_head is 7, which does not divide")]
    [InlineData("decoder.add_cross_attention", "false", "decoder.add_cross_attention is false")]
    [InlineData("decoder.scale_attn_weights", "1", "decoder.scale_attn_weights is neither")]
    [InlineData("decoder.cross_attention_hidden_size", "17", "decoder.cross_attention_hidden_size is 17")]
    public void What_cannot_be_is_refused_with_its_key(string key, string value, string problem)
    {
        var error = Should.Throw<ConfigException>(() => Load(json =>
        {
            var parts = key.Split('.');
            var section = parts.Length == 1 ? json : json[parts[0]]!.AsObject();
            section[parts[^1]] = JsonNode.Parse(value);
        }));
        error.Message.ShouldStartWith("memory/config.json: ");
        error.Message.ShouldContain(problem);
        error.Key.ShouldBe(key);
    }

    [Theory]
    [InlineData("eos_token_id", "1000000", "eos_token_id is 1000000, but the vocabulary has")]
    [InlineData("eos_token_id", "[1, 2]", "eos_token_id is a list")]
    [InlineData("pad_token_id", "-1", "pad_token_id is -1")]
    public void Token_ids_that_cannot_be_are_refused(string key, string value, string problem)
    {
        var files = new MemoryFiles().WithJson("generation_config.json", json => json[key] = JsonNode.Parse(value));
        Should.Throw<ConfigException>(() => CaptionerConfig.Load(files)).Message.ShouldContain("memory/generation_config.json: " + problem);
    }

    [Fact]
    public void Broken_and_missing_files_are_named()
    {
        var broken = new MemoryFiles { ["config.json"] = "{"u8.ToArray() };
        Should.Throw<ConfigException>(() => CaptionerConfig.Load(broken))
            .Message.ShouldStartWith("memory/config.json: the file is no valid JSON");
        broken.Remove("config.json");
        Should.Throw<FileNotFoundException>(() => CaptionerConfig.Load(broken)).Message.ShouldContain("config.json");
    }

    static CaptionerConfig Load(Action<JsonObject> change) => CaptionerConfig.Load(new MemoryFiles().WithJson("config.json", change));
}
