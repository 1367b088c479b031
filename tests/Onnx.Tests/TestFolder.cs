namespace Pipeline.Onnx.Tests;

/// <summary>A folder of a test's own.</summary>
sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pipeline-onnx-").FullName;

    public void Write(string file, byte[] content) => File.WriteAllBytes(System.IO.Path.Combine(Path, file), content);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

static class Computing
{
    public static OnnxTensor Compute(this OnnxModel model, string output, OnnxInput[] inputs) =>
        model.Run(output, inputs, TestContext.Current.CancellationToken);
}
