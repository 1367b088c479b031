using Pipeline.Models;

namespace Pipeline.TextToImage;

/// <summary>The part of a model that lies in one of its folders, such as a pipeline's tokenizer.</summary>
sealed class ModelSubfolder(IModelFiles files, string folder) : IModelFiles
{
    public string Name => $"{files.Name}/{folder}";

    public bool Exists(string path) => files.Exists($"{folder}/{path}");

    public Stream OpenRead(string path) => files.OpenRead($"{folder}/{path}");
}
