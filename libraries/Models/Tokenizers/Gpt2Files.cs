using System.Text.Json;

namespace Pipeline.Models.Tokenizers;

/// <summary>The two files of a byte-level byte-pair encoding in Hugging Face's layout: GPT-2's and CLIP's.</summary>
static class Gpt2Files
{
    /// <summary>vocab.json: token to id.</summary>
    public static Dictionary<string, int> ReadVocabulary(IModelFiles files)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, int>>(files.ReadAllBytes("vocab.json")) is { Count: > 0 } vocabulary
                ? vocabulary
                : throw new InvalidDataException($"{files.Name}/vocab.json is empty.");
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{files.Name}/vocab.json: {problem.Message}", problem);
        }
    }

    /// <summary>merges.txt: two tokens a line, the version line left out.</summary>
    public static List<string> ReadMerges(IModelFiles files)
    {
        using var reader = new StreamReader(files.OpenRead("merges.txt"));
        var merges = new List<string>();
        while (reader.ReadLine() is { } line)
            if (line != "" && !line.StartsWith("#version", StringComparison.Ordinal))
                merges.Add(line.Split(' ').Length == 2
                    ? line
                    : throw new InvalidDataException($"{files.Name}/merges.txt: '{line}' is not two tokens."));
        return merges;
    }
}
