using Pipeline.FullSize.Weights;
using Pipeline.Testing;

namespace Pipeline.FullSize.StableDiffusion;

/// <summary>CLIP ViT-L/14's text model: 12 layers, 768 wide, 12 heads, quick GELU.</summary>
static class TextEncoder
{
    const int Tokens = 77, Width = 768, Heads = 12, Vocabulary = 49408;

    public static Graph Build()
    {
        var graph = new Graph();
        var ids = graph.Input("input_ids", OnnxBuilder.Int32, -1, Tokens);
        var words = graph.Parameter("text_model.embeddings.token_embedding.weight", Fill.Usual, [Vocabulary, Width]);
        var places = graph.Parameter("text_model.embeddings.position_embedding.weight", Fill.Usual, [Tokens, Width]);
        var x = graph.Add(graph.Node("Gather", [words, ids]), places);
        for (var layer = 0; layer < 12; layer++) x = Layer(graph, x, $"text_model.encoder.layers.{layer}");
        x = graph.LayerNorm(x, "text_model.final_layer_norm", Width);
        graph.Output("last_hidden_state", x, -1, Tokens, Width);

        // Of the end token, which has the highest id.
        var end = graph.Node("ArgMax", [ids], ("axis", 1), ("keepdims", 1));
        graph.Output("pooler_output", graph.Node("GatherND", [x, end], ("batch_dims", 1)), -1, Width);
        return graph;
    }

    static string Layer(Graph graph, string x, string name)
    {
        var normed = graph.LayerNorm(x, $"{name}.layer_norm1", Width);
        string Projected(string part) => graph.Linear(normed, $"{name}.self_attn.{part}_proj", Width, Width);
        var attended = graph.Attend(Projected("q"), Projected("k"), Projected("v"), Width, Heads, Mask(graph));
        x = graph.Add(x, graph.Linear(attended, $"{name}.self_attn.out_proj", Width, Width));

        var hidden = graph.Linear(graph.LayerNorm(x, $"{name}.layer_norm2", Width), $"{name}.mlp.fc1", Width, 4 * Width);
        hidden = graph.Node("Mul", [hidden, graph.Node("Sigmoid", [graph.Node("Mul", [hidden, graph.Number(1.702f)])])]);
        return graph.Add(x, graph.Linear(hidden, $"{name}.mlp.fc2", 4 * Width, Width));
    }

    /// <summary>No token looks ahead.</summary>
    static string Mask(Graph graph)
    {
        var mask = new float[Tokens * Tokens];
        for (var i = 0; i < mask.Length; i++) mask[i] = i % Tokens > i / Tokens ? float.MinValue : 0;
        return graph.Numbers("mask", mask, 1, 1, Tokens, Tokens);
    }
}
