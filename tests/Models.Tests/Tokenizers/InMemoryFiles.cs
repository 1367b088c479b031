using System.Text;

namespace Pipeline.Models.Tests.Tokenizers;

/// <summary>A model of a few small text files.</summary>
sealed class InMemoryFiles(params (string Path, string Text)[] files) : IModelFiles
{
    public string Name => "test";

    public bool Exists(string path) => files.Any(file => file.Path == path);

    public Stream OpenRead(string path) => Exists(path)
        ? new MemoryStream(Encoding.UTF8.GetBytes(files.Single(file => file.Path == path).Text))
        : throw new FileNotFoundException($"{Name}: there is no {path}.", path);
}
