using Pipeline.Testing;

namespace Pipeline.Integration;

/// <summary>A service whose model is broken stops when it starts, with one clear line that names the file.</summary>
public sealed class BadPackTests(TestStack stack) : IClassFixture<TestStack>, IDisposable
{
    readonly string pack = Directory.CreateTempSubdirectory("bad-pack-").FullName;

    public void Dispose() => Directory.Delete(pack, recursive: true);

    [Theory]
    [InlineData("diffusion", "unet/model.onnx", "missing")]
    [InlineData("diffusion", "unet/model.onnx", "truncated")]
    [InlineData("diffusion", "vae_decoder/model.onnx", "changed")]
    [InlineData("diffusion", "unet/model.onnx", "of another shape")]
    [InlineData("vgg", "model.onnx", "missing")]
    [InlineData("vgg", "model.onnx", "truncated")]
    [InlineData("vgg", "model.onnx", "changed")]
    [InlineData("vgg", "preprocessor_config.json", "of another shape")]
    public async Task It_stops_with_one_line_that_names_the_file(string part, string file, string harm)
    {
        var tiny = Path.Combine(Repository.Root, "models", "tiny");
        Copy(Path.Combine(tiny, part), Path.Combine(pack, part));
        Harm(Path.Combine(pack, part, file), part, harm);
        // The list of the pack's hashes: without it a changed byte would go unnoticed, with it nothing else would be looked at.
        if (harm == "changed") File.Copy(Path.Combine(tiny, "pack.json"), Path.Combine(pack, "pack.json"));

        await using var service = new ServiceProcess(part == "vgg" ? "Similarity" : "Diffusion", new Dictionary<string, string>(
            stack.Settings.Select(setting => KeyValuePair.Create(setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value!)))
        {
            ["Diffusion__Model"] = Path.Combine(pack, "diffusion"),
            ["Similarity__Rewards__vgg__Type"] = "image-embedding",
            ["Similarity__Rewards__vgg__Model"] = Path.Combine(pack, "vgg"),
        });
        var code = await service.EndAsync();

        code.ShouldBe(1, service.Output);
        var problem = service.Output.Split('\n').Single(line => line.Contains("Cannot start", StringComparison.Ordinal));
        problem.ShouldContain(file);
        service.Output.ShouldNotContain("   at ", customMessage: "a stack trace");
    }

    static void Harm(string file, string part, string harm)
    {
        switch (harm)
        {
            case "missing":
                File.Delete(file);
                break;
            case "truncated":
                using (var stream = File.OpenWrite(file)) stream.SetLength(stream.Length / 2);
                break;
            case "changed":
                var bytes = File.ReadAllBytes(file);
                bytes[^100] ^= 1;
                File.WriteAllBytes(file, bytes);
                break;
            default:
                if (part == "diffusion") File.Copy(Path.Combine(Path.GetDirectoryName(file)!, "..", "vae_decoder", "model.onnx"), file, overwrite: true);
                else File.WriteAllText(file, File.ReadAllText(file).Replace("64", "32", StringComparison.Ordinal));
                break;
        }
    }

    static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var path = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(file, path);
        }
    }
}
