using Pipeline.Models;
using Pipeline.Models.Tokenizers;
using Pipeline.Onnx;

namespace Pipeline.TextToImage;

/// <summary>The prompt as the U-Net reads it: CLIP's word pieces through the text encoder.</summary>
sealed class TextConditioning : IDisposable
{
    const string FilePath = "text_encoder/model.onnx";
    const string HiddenState = "last_hidden_state";

    readonly ClipTokenizer tokenizer;
    readonly OnnxModel encoder;
    readonly string input, output;

    public TextConditioning(IModelFiles files, OnnxOptions options)
    {
        tokenizer = ClipTokenizer.Load(new ModelSubfolder(files, "tokenizer"));
        encoder = OnnxModel.Load(files, FilePath, options);
        input = encoder.Inputs.Count == 1
            ? encoder.Inputs.Keys.Single()
            : throw new OnnxException(encoder.File, $"one input is expected; there is {string.Join(", ", encoder.Inputs.Values)}");

        // Exports name it so; others have it as their only output of rank 3, beside a pooled one of rank 2.
        var states = encoder.Outputs.Values.Where(value => value.Shape.Count == 3).ToList();
        output = encoder.Outputs.ContainsKey(HiddenState) ? HiddenState
            : states.Count == 1 ? states[0].Name
            : throw new OnnxException(
                encoder.File,
                $"no output is {HiddenState} or the only one of rank 3; there is {string.Join(", ", encoder.Outputs.Values)}");
    }

    /// <summary>The hidden states of a text, [1, tokens, width]. Texts are encoded alone, so that company changes no bit.</summary>
    public OnnxTensor Encode(string text, CancellationToken cancellation)
    {
        var ids = tokenizer.Context(text);
        return encoder.Run(output, [OnnxInput.Of(input, ids, 1, ids.Length)], cancellation);
    }

    public void Dispose() => encoder.Dispose();
}
