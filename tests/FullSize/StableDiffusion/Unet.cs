using Pipeline.Testing;

namespace Pipeline.FullSize.StableDiffusion;

/// <summary>Stable Diffusion 1.5's U-Net: two layers a level (three on the way up), attention in all levels but the lowest.</summary>
static class Unet
{
    /// <summary>Width of what the network is told of the time step.</summary>
    public const int TimeWidth = 1280;

    const int Latents = 4, TextWidth = 768;
    const float Epsilon = 1e-5f;

    static readonly int[] Channels = [320, 640, 1280, 1280];

    public static Graph Build()
    {
        var graph = new Graph();
        var sample = graph.Input("sample", OnnxBuilder.Float, -1, Latents, -1, -1);
        var time = Time(graph, graph.Input("timestep", OnnxBuilder.Int64, -1));
        var text = graph.Input("encoder_hidden_states", OnnxBuilder.Float, -1, -1, TextWidth);
        string Attention(string x, string name, int channels) => Transformer.Add(graph, x, text, name, channels, TextWidth);
        string Residual(string x, string name, int inputs, int outputs) => graph.Residual(x, name, inputs, outputs, Epsilon, time);

        var (x, width) = (graph.Convolution(sample, "conv_in", Latents, Channels[0]), Channels[0]);
        Stack<(string Value, int Channels)> skipped = new([(x, width)]);
        for (var level = 0; level < Channels.Length; level++)
        {
            for (var layer = 0; layer < 2; layer++, width = Channels[level])
            {
                x = Residual(x, $"down_blocks.{level}.resnets.{layer}", width, Channels[level]);
                if (level < 3) x = Attention(x, $"down_blocks.{level}.attentions.{layer}", Channels[level]);
                skipped.Push((x, Channels[level]));
            }
            if (level == 3) break;
            x = graph.Convolution(x, $"down_blocks.{level}.downsamplers.0.conv", width, width, stride: 2);
            skipped.Push((x, width));
        }

        x = Residual(x, "mid_block.resnets.0", width, width);
        x = Attention(x, "mid_block.attentions.0", width);
        x = Residual(x, "mid_block.resnets.1", width, width);

        for (var level = 0; level < Channels.Length; level++)
        {
            var channels = Channels[3 - level];
            for (var layer = 0; layer < 3; layer++, width = channels)
            {
                var (skip, wide) = skipped.Pop();
                x = graph.Node("Concat", [x, skip], ("axis", 1));
                x = Residual(x, $"up_blocks.{level}.resnets.{layer}", width + wide, channels);
                if (level > 0) x = Attention(x, $"up_blocks.{level}.attentions.{layer}", channels);
            }
            if (level < 3) x = graph.Convolution(graph.Upsample(x), $"up_blocks.{level}.upsamplers.0.conv", channels, channels);
        }

        x = graph.Silu(graph.GroupNorm(x, "conv_norm_out", width, Epsilon));
        graph.Output("out_sample", graph.Convolution(x, "conv_out", width, Latents), -1, Latents, -1, -1);
        return graph;
    }

    /// <summary>Cosines and sines of the time step, then two linear maps.</summary>
    static string Time(Graph graph, string timestep)
    {
        var half = Channels[0] / 2;
        float[] frequencies = [.. Enumerable.Range(0, half).Select(i => MathF.Exp(-MathF.Log(10000) * i / half))];
        var column = graph.Node("Unsqueeze", [graph.Node("Cast", [timestep], ("to", OnnxBuilder.Float)), graph.Integers(1)]);
        var angles = graph.Node("Mul", [column, graph.Numbers("frequencies", frequencies, 1, half)]);
        var waves = graph.Node("Concat", [graph.Node("Cos", [angles]), graph.Node("Sin", [angles])], ("axis", 1));
        var hidden = graph.Silu(graph.Linear(waves, "time_embedding.linear_1", Channels[0], TimeWidth));
        return graph.Linear(hidden, "time_embedding.linear_2", TimeWidth, TimeWidth);
    }
}
