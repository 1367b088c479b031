using Pipeline.Testing;

namespace Pipeline.FullSize.StableDiffusion;

/// <summary>The decoder of Stable Diffusion's autoencoder, with the 1x1 convolution before it: eight times as high and wide.</summary>
static class VaeDecoder
{
    const int Latents = 4;
    const float Epsilon = 1e-6f;

    static readonly int[] Channels = [512, 512, 256, 128];

    public static Graph Build()
    {
        var graph = new Graph();
        var latents = graph.Input("latent_sample", OnnxBuilder.Float, -1, Latents, -1, -1);
        var width = Channels[0];
        var x = graph.Convolution(latents, "post_quant_conv", Latents, Latents, kernel: 1);
        x = graph.Convolution(x, "decoder.conv_in", Latents, width);
        x = graph.Residual(x, "decoder.mid_block.resnets.0", width, width, Epsilon);
        x = Attention(graph, x, "decoder.mid_block.attentions.0", width);
        x = graph.Residual(x, "decoder.mid_block.resnets.1", width, width, Epsilon);
        for (var level = 0; level < Channels.Length; level++)
        {
            for (var layer = 0; layer < 3; layer++, width = Channels[level])
                x = graph.Residual(x, $"decoder.up_blocks.{level}.resnets.{layer}", width, Channels[level], Epsilon);
            if (level < 3) x = graph.Convolution(graph.Upsample(x), $"decoder.up_blocks.{level}.upsamplers.0.conv", width, width);
        }

        x = graph.Silu(graph.GroupNorm(x, "decoder.conv_norm_out", width, Epsilon));
        graph.Output("sample", graph.Convolution(x, "decoder.conv_out", width, 3), -1, 3, -1, -1);
        return graph;
    }

    /// <summary>Places look at each other, with one head.</summary>
    static string Attention(Graph graph, string x, string name, int width)
    {
        var attended = graph.OverTokens(graph.GroupNorm(x, $"{name}.group_norm", width, Epsilon), width, tokens =>
        {
            string Projected(string part) => graph.Linear(tokens, $"{name}.{part}", width, width);
            var seen = graph.Attend(Projected("to_q"), Projected("to_k"), Projected("to_v"), width, heads: 1);
            return graph.Linear(seen, $"{name}.to_out.0", width, width);
        });
        return graph.Add(attended, x);
    }
}
