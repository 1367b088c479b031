using System.Text;
using System.Text.Json.Nodes;
using Pipeline.Models;
using Pipeline.Models.Safetensors;
using Pipeline.Testing;

namespace Pipeline.Captioner.Tests;

/// <summary>A checkpoint in memory: the fixture's, to be changed by a test.</summary>
sealed class MemoryFiles : IModelFiles
{
    readonly Dictionary<string, byte[]> files = [];

    public MemoryFiles()
    {
        // Always the repository's own: these tests change it in ways that fit its sizes.
        var folder = new ModelFolder(Path.Combine(Repository.Root, "tests", "fixtures", "vit-gpt2"));
        string[] paths =
        [
            "config.json", "generation_config.json", "preprocessor_config.json", "model.safetensors", "vocab.json", "merges.txt",
            "tokenizer_config.json",
            "special_tokens_map.json",
        ];
        foreach (var path in paths.Where(folder.Exists)) files[path] = folder.ReadAllBytes(path);
    }

    public string Name => "memory";

    public byte[] this[string path]
    {
        get => files[path];
        set => files[path] = value;
    }

    public bool Exists(string path) => files.ContainsKey(path);

    public Stream OpenRead(string path) => files.TryGetValue(path, out var bytes)
        ? new MemoryStream(bytes)
        : throw new FileNotFoundException($"memory: there is no {path}.");

    public void Remove(string path) => files.Remove(path);

    /// <summary>Changes a JSON file.</summary>
    public MemoryFiles WithJson(string path, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(files[path])!.AsObject();
        change(json);
        files[path] = Encoding.UTF8.GetBytes(json.ToJsonString());
        return this;
    }

    /// <summary>Changes the tensors of model.safetensors.</summary>
    public MemoryFiles WithTensors(Action<Dictionary<string, TensorSource>> change)
    {
        using var file = SafetensorsFile.Open(new MemoryStream(files["model.safetensors"]), "original");
        var tensors = file.Entries.ToDictionary(entry => entry.Name, entry =>
        {
            var bytes = new byte[entry.ByteLength];
            file.Read(entry, bytes);
            return new TensorSource(entry.Name, entry.Type, entry.Shape, stream => stream.Write(bytes));
        });
        change(tensors);
        using var changed = new MemoryStream();
        SafetensorsWriter.Write(changed, tensors.Values, file.Metadata);
        files["model.safetensors"] = changed.ToArray();
        return this;
    }

    /// <summary>The bytes that a tensor writes.</summary>
    public static byte[] Bytes(TensorSource tensor)
    {
        using var stream = new MemoryStream();
        tensor.Write(stream);
        return stream.ToArray();
    }
}
