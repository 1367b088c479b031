namespace Pipeline.Onnx;

/// <summary>An ONNX model is broken, or was asked for what it cannot do. The message is one line that begins with the file.</summary>
/// <param name="file">The model's file.</param>
/// <param name="problem">What is wrong, as a clause or a sentence of one line.</param>
/// <param name="inner">What ONNX Runtime said.</param>
public sealed class OnnxException(string file, string problem, Exception? inner = null) : Exception($"{file}: {problem}", inner)
{
    /// <summary>The model's file.</summary>
    public string File { get; } = file;

    /// <summary>ONNX Runtime's own message in one line, its error code left out.</summary>
    internal static OnnxException Of(string file, Exception problem)
    {
        var message = string.Join(' ', problem.Message.Split(['\r', '\n', ' '], StringSplitOptions.RemoveEmptyEntries));
        var code = message.StartsWith("[ErrorCode:", StringComparison.Ordinal) ? message.IndexOf("] ", StringComparison.Ordinal) : -1;
        return new OnnxException(file, code < 0 ? message : message[(code + 2)..], problem);
    }
}
