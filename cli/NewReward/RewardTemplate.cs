using System.Reflection;

namespace Pipeline.Cli.NewReward;

/// <summary>The files of a new reward: those of the folder Template, which this program carries, with its names and places filled in.</summary>
/// <param name="kind"><c>captions</c> or <c>pictures</c>: a folder of the template.</param>
/// <param name="values">What stands for each placeholder, such as <c>__NAME__</c>; in paths too.</param>
sealed class RewardTemplate(string kind, IReadOnlyDictionary<string, string> values)
{
    const string Root = "NewReward/", Ending = ".template";

    static readonly Assembly Carrier = typeof(RewardTemplate).Assembly;

    /// <summary>Writes the files into a new folder.</summary>
    public void Write(string folder)
    {
        foreach (var part in (string[])["common", kind])
            foreach (var resource in Carrier.GetManifestResourceNames().Where(name => name.StartsWith($"{Root}{part}/", StringComparison.Ordinal)))
            {
                var path = Path.Combine(folder, Fill(resource[(Root.Length + part.Length + 1)..^Ending.Length]));
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                using var text = new StreamReader(Carrier.GetManifestResourceStream(resource)!);
                File.WriteAllText(path, Fill(text.ReadToEnd()));
            }
    }

    string Fill(string text) => values.Aggregate(text, (filled, pair) => filled.Replace(pair.Key, pair.Value, StringComparison.Ordinal));
}
