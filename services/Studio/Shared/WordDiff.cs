namespace Pipeline.Studio.Shared;

/// <summary>What became of a word from one caption to the next.</summary>
enum WordChange
{
    /// <summary>It is in both.</summary>
    Kept,

    /// <summary>Only the later caption has it.</summary>
    Added,

    /// <summary>Only the earlier caption has it.</summary>
    Removed,
}

/// <summary>How two captions differ, word by word: the fewest words added and removed (a longest common subsequence; Hunt and McIlroy 1976).</summary>
static class WordDiff
{
    /// <summary>The words of both in their order; neighbours with the same fate as one text.</summary>
    public static IReadOnlyList<(WordChange Change, string Text)> Of(string before, string after)
    {
        string[] old = Words(before), now = Words(after);
        // common[i, j]: length of the longest common subsequence of what follows word i and word j.
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
            for (var j = now.Length - 1; j >= 0; j--)
                common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);

        var changes = new List<(WordChange Change, string Text)>();
        for (int i = 0, j = 0; i < old.Length || j < now.Length;)
        {
            if (i < old.Length && j < now.Length && old[i] == now[j])
            {
                Add(changes, WordChange.Kept, old[i++]);
                j++;
            }
            else if (j == now.Length || (i < old.Length && common[i + 1, j] >= common[i, j + 1])) Add(changes, WordChange.Removed, old[i++]);
            else Add(changes, WordChange.Added, now[j++]);
        }
        return changes;
    }

    static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    static void Add(List<(WordChange Change, string Text)> changes, WordChange change, string word)
    {
        if (changes.Count > 0 && changes[^1].Change == change) changes[^1] = (change, $"{changes[^1].Text} {word}");
        else changes.Add((change, word));
    }
}
