using Pipeline.Testing;

namespace Pipeline.TextToImage.Tests;

/// <summary>
/// A diffusion model in a folder of its own: networks of Packs (make_packs.py says which), the embedded pack's tokenizer and a scheduler.
/// </summary>
public sealed class TestPack : IDisposable
{
    /// <summary>Composes a model.</summary>
    /// <param name="networks">Where its networks come from.</param>
    /// <param name="decoder">Where its VAE's decoder comes from; null for the same.</param>
    public TestPack(string networks, string? decoder = null)
    {
        foreach (var part in (string[])["text_encoder", "unet"]) Copy(Path.Combine(Packs, networks, part), part);
        Copy(Path.Combine(Packs, decoder ?? networks, "vae_decoder"), "vae_decoder");
        Copy(Path.Combine(Repository.Root, "models", "tiny", "diffusion", "tokenizer"), "tokenizer");
        Write("scheduler/scheduler_config.json", """
            { "_class_name": "DDIMScheduler", "num_train_timesteps": 1000, "beta_schedule": "scaled_linear", "beta_start": 0.00085,
              "beta_end": 0.012, "clip_sample": false, "set_alpha_to_one": false, "steps_offset": 1 }
            """);
        Write("generation.json", """{ "steps": 4, "guidance": 2, "height": 16, "width": 16 }""");
    }

    /// <summary>The folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("pack-").FullName;

    /// <summary>Where a file of it lies.</summary>
    public string this[string path] => Path.Combine(Folder, path);

    static string Packs => Path.Combine(Repository.Root, "tests", "TextToImage.Tests", "Packs");

    /// <summary>Writes a file of it.</summary>
    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[path])!);
        File.WriteAllText(this[path], text);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Folder, recursive: true);

    void Copy(string from, string to)
    {
        Directory.CreateDirectory(this[to]);
        foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(this[to], Path.GetFileName(file)));
    }
}
