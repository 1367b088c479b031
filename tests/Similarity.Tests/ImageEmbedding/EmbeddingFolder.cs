using System.Text.Json;
using Pipeline.Models;
using Pipeline.Rewards;
using Pipeline.Testing;
using SkiaSharp;

namespace Pipeline.Similarity.Tests.ImageEmbedding;

/// <summary>A folder with a network and its configuration, made by a test; by default a network that gives back its 2x2 pixels.</summary>
sealed class EmbeddingFolder : IDisposable
{
    readonly string pack = Directory.CreateTempSubdirectory("pipeline-embedding-").FullName;

    public EmbeddingFolder(object? embedding = null, object? preprocessor = null, byte[]? network = null)
    {
        Path = System.IO.Path.Combine(pack, "eye");
        Directory.CreateDirectory(Path);
        Write("model.onnx", network ?? Pixels);
        WriteJson("image_embedding.json", embedding ?? new { model = "model.onnx", output = "pixels", pooling = "flatten" });
        WriteJson("preprocessor_config.json", preprocessor ?? Raw(2, 2));
    }

    /// <summary>
    /// Of a picture of 2x2: <c>pixels</c> [1, 3, 2, 2], <c>rows</c> [1, 3, 2] (the mean of each row, channel by channel) and <c>colours</c>
    /// [1, 3] (the mean of each channel), only the last an output.
    /// </summary>
    public static byte[] Pixels => new OnnxBuilder()
        .Input("image", OnnxBuilder.Float, -1, 3, 2, 2).Output("colours", OnnxBuilder.Float, -1, 3)
        .Node("Identity", ["image"], "pixels")
        .Node("ReduceMean", ["pixels"], "rows", ("axes", new[] { 3 }), ("keepdims", 0))
        .Node("ReduceMean", ["rows"], "colours", ("axes", new[] { 2 }), ("keepdims", 0)).Build();

    /// <summary>A preprocessor that changes no pixel of a picture of this size.</summary>
    public static object Raw(int height, int width) => new
    {
        image_processor_type = "ViTImageProcessor", size = new { height, width }, do_rescale = false, do_normalize = false,
    };

    public string Path { get; }

    public ModelFolder Files => new(Path);

    public void Write(string file, byte[] content) => File.WriteAllBytes(System.IO.Path.Combine(Path, file), content);

    public void WriteJson(string file, object content) => Write(file, JsonSerializer.SerializeToUtf8Bytes(content));

    /// <summary>The list of a pack that this folder is part of, with this hash of the network.</summary>
    public void WriteManifest(string sha256) => WriteJson("../pack.json", new
    {
        files = new[] { new { path = "eye/model.onnx", size = new FileInfo(System.IO.Path.Combine(Path, "model.onnx")).Length, sha256 } },
    });

    public void Dispose() => Directory.Delete(pack, recursive: true);

    /// <summary>A PNG of 2x2 pixels, rows from the top.</summary>
    public static byte[] Png(params (byte Red, byte Green, byte Blue)[] pixels)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(2, 2, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (var i = 0; i < 4; i++)
            bitmap.SetPixel(i % 2, i / 2, new SKColor(pixels[i].Red, pixels[i].Green, pixels[i].Blue));
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    /// <summary>An original and drawings, as the reward gets them; names stand for their hashes.</summary>
    public static DrawingsToScore Drawn(
        (string Name, byte[] File) original, (string Name, byte[] File)[] drawings, Action? opened = null) => new(
        Guid.NewGuid(), "a caption", original.Name,
        _ =>
        {
            opened?.Invoke();
            return Task.FromResult<Stream>(new MemoryStream(original.File));
        },
        [.. drawings.Select((drawing, sample) =>
            new DrawingToScore(sample, drawing.Name, _ => Task.FromResult<Stream>(new MemoryStream(drawing.File))))]);
}
