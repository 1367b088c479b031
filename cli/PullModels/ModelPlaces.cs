using Pipeline.Cli.Local;
using Pipeline.ModelHub.Catalogue;

namespace Pipeline.Cli.PullModels;

/// <summary>Where models are: the tiny pack in the repository, the others where they are pulled to.</summary>
sealed record ModelPlaces(PackCatalogue Catalogue, string Tiny, string Full)
{
    /// <summary>All of the full model pack.</summary>
    public const string FullName = "full";

    /// <summary>The pack in the repository.</summary>
    public const string TinyName = "tiny";

    public static ModelPlaces Find()
    {
        var stack = LocalStack.Find();
        var models = Path.Combine(stack.Root, "models");
        return new ModelPlaces(
            PackCatalogue.Load(Path.Combine(models, "full", "manifest.json")), Path.Combine(models, "tiny"),
            Path.Combine(stack.Folder, "models", "full"));
    }

    /// <summary>The packs that a name stands for.</summary>
    public IReadOnlyList<ModelPack> Packs(string name) => name == FullName ? Catalogue.Packs : [Catalogue.Find(name)];

    /// <summary>Whether a name stands for packs that can be pulled.</summary>
    public bool IsPack(string name) => name == FullName || Catalogue.Packs.Any(pack => pack.Name == name);
}
