namespace Pipeline.FullSize.StableDiffusion;

/// <summary>
/// The U-Net's attention: places look at each other, then at the text, then each goes through a gated feed-forward network.
/// </summary>
static class Transformer
{
    const int Heads = 8;

    public static string Add(Graph graph, string x, string text, string name, int width, int textWidth)
    {
        var block = $"{name}.transformer_blocks.0";
        var projected = graph.Convolution(graph.GroupNorm(x, $"{name}.norm", width, 1e-6f), $"{name}.proj_in", width, width, kernel: 1);
        var attended = graph.OverTokens(projected, width, tokens =>
        {
            var normed = graph.LayerNorm(tokens, $"{block}.norm1", width);
            tokens = graph.Add(Attention(graph, normed, normed, $"{block}.attn1", width, width), tokens);
            normed = graph.LayerNorm(tokens, $"{block}.norm2", width);
            tokens = graph.Add(Attention(graph, normed, text, $"{block}.attn2", width, textWidth), tokens);
            normed = graph.LayerNorm(tokens, $"{block}.norm3", width);
            return graph.Add(FeedForward(graph, normed, $"{block}.ff.net", width), tokens);
        });
        return graph.Add(graph.Convolution(attended, $"{name}.proj_out", width, width, kernel: 1), x);
    }

    static string Attention(Graph graph, string x, string seen, string name, int width, int seenWidth) => graph.Linear(
        graph.Attend(
            graph.Linear(x, $"{name}.to_q", width, width, bias: false), graph.Linear(seen, $"{name}.to_k", seenWidth, width, bias: false),
            graph.Linear(seen, $"{name}.to_v", seenWidth, width, bias: false), width, Heads),
        $"{name}.to_out.0", width, width);

    /// <summary>GEGLU: one half of the hidden numbers times the GELU of the other.</summary>
    static string FeedForward(Graph graph, string x, string name, int width)
    {
        var hidden = graph.Linear(x, $"{name}.0.proj", width, 8 * width);
        string Half(int start) => graph.Node(
            "Slice", [hidden, graph.Integers(start), graph.Integers(start + 4 * width), graph.Integers(2)]);
        var gate = Half(4 * width);
        var error = graph.Node("Erf", [graph.Node("Div", [gate, graph.Number(MathF.Sqrt(2))])]);
        var gelu = graph.Node("Mul", [graph.Node("Mul", [gate, graph.Add(error, graph.Number(1))]), graph.Number(0.5f)]);
        return graph.Linear(graph.Node("Mul", [Half(0), gelu]), $"{name}.2", 4 * width, width);
    }
}
