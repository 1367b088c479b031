using System.Text;
using Pipeline.Cli.Terminal;
using Pipeline.ModelHub.Catalogue;
using Pipeline.ModelHub.Pull;

namespace Pipeline.Cli.PullModels;

/// <summary>What a pull says at its end: what is where, whose word the hashes are, and how services use it.</summary>
static class PullSummary
{
    public static string Of(IReadOnlyList<ModelPack> packs, IReadOnlyList<PulledFile> files, string root)
    {
        var text = new StringBuilder();
        foreach (var pack in packs)
        {
            var own = files.Where(file => file.Pack == pack.Name).ToList();
            var sources = own.GroupBy(file => file.Source).OrderBy(group => group.Key)
                .Select(group => $"{group.Count()} {Words(group.Key)}");
            text.AppendLine($"{pack.Name}: {Format.Count(own.Count, "file")}, {string.Join(", ", sources)}");
        }

        Note(HashTrust.Hub, "the hub's word at this first pull");
        Note(HashTrust.Cache, "the shared cache's names at this first pull");
        Note(HashTrust.Arrival, "computed of what arrived at this first pull; only the commit pins these");
        text.AppendLine($"In {ShortPath.Of(root)}; services compare the files with its pack.json when they start. To use them:");
        foreach (var pack in packs)
            text.AppendLine($"  {pack.Use.Replace("{folder}", Path.Combine(root, pack.Name))}");
        return text.ToString();

        void Note(HashTrust trust, string whose)
        {
            var count = files.Count(file => file.IsFirst && file.Locked.Trust == trust);
            if (count > 0) text.AppendLine($"{count} SHA-256 recorded in pack.lock.json: {whose}.");
        }
    }

    static string Words(FileSource source) => source switch
    {
        FileSource.Kept => "there already", FileSource.Repository => "of this repository", FileSource.Cache => "of the shared cache",
        _ => "pulled",
    };
}
