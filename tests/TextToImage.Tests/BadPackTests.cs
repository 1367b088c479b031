using Pipeline.Onnx;

namespace Pipeline.TextToImage.Tests;

/// <summary>A broken pack is refused when it is loaded, in one line that names the file.</summary>
public sealed class BadPackTests : IDisposable
{
    readonly TestPack pack = new("other-names");

    public void Dispose() => pack.Dispose();

    [Theory]
    [InlineData("unet/model.onnx")]
    [InlineData("text_encoder/model.onnx")]
    [InlineData("vae_decoder/model.onnx")]
    [InlineData("tokenizer/vocab.json")]
    [InlineData("tokenizer/merges.txt")]
    [InlineData("scheduler/scheduler_config.json")]
    public void A_missing_file_is_named(string file)
    {
        File.Delete(pack[file]);
        ShouldName<FileNotFoundException>(file);
    }

    [Theory]
    [InlineData("unet/model.onnx")]
    [InlineData("text_encoder/model.onnx")]
    [InlineData("vae_decoder/model.onnx")]
    public void A_truncated_network_is_named(string file)
    {
        using (var stream = File.OpenWrite(pack[file])) stream.SetLength(stream.Length / 2);
        ShouldName<OnnxException>(file);
    }

    [Theory]
    [InlineData("scheduler/scheduler_config.json", "{")]
    [InlineData("scheduler/scheduler_config.json", """{ "_class_name": "HeunDiscreteScheduler" }""")]
    [InlineData("generation.json", """{ "steps": 0 }""")]
    [InlineData("generation.json", """{ "steps": "many" }""")]
    [InlineData("vae_decoder/config.json", """{ "scaling_factor": "small" }""")]
    public void A_file_with_wrong_content_is_named(string file, string content)
    {
        pack.Write(file, content);
        ShouldName<InvalidDataException>(file);
    }

    [Fact]
    public void Networks_that_do_not_fit_together_are_named()
    {
        File.Copy(pack["text_encoder/model.onnx"], pack["unet/model.onnx"], overwrite: true);
        ShouldName<OnnxException>("unet/model.onnx");
    }

    [Fact]
    public void External_data_that_are_missing_are_named()
    {
        using var external = new TestPack("whole-steps-external");
        File.Delete(external["unet/weights.pb"]);
        Should.Throw<OnnxException>(() => DiffusionModel.Load(external.Folder)).Message.ShouldContain("unet/model.onnx");
    }

    void ShouldName<T>(string file)
        where T : Exception
    {
        var message = Should.Throw<T>(() => DiffusionModel.Load(pack.Folder)).Message;
        message.ShouldContain(file);
        message.ShouldNotContain("\n");
    }
}
