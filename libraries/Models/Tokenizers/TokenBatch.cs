namespace Pipeline.Models.Tokenizers;

/// <summary>Encoded texts as a rectangle, padded on the right.</summary>
/// <param name="Rows">Texts.</param>
/// <param name="Columns">Tokens of the longest, or the length padded to.</param>
/// <param name="Ids">Token ids, [Rows, Columns].</param>
/// <param name="Mask">1 for a token, 0 for padding, [Rows, Columns].</param>
public sealed record TokenBatch(int Rows, int Columns, long[] Ids, long[] Mask)
{
    /// <summary>
    /// Pads <paramref name="texts"/> with <paramref name="padding"/> to the longest, or to <paramref name="columns"/> when that is given.
    /// </summary>
    public static TokenBatch Pad(IReadOnlyList<int[]> texts, int padding, int? columns = null)
    {
        var width = columns ?? texts.Max(text => text.Length);
        var batch = new TokenBatch(texts.Count, width, new long[texts.Count * width], new long[texts.Count * width]);
        Array.Fill(batch.Ids, padding);
        for (var row = 0; row < texts.Count; row++)
            for (var column = 0; column < texts[row].Length; column++)
                (batch.Ids[row * width + column], batch.Mask[row * width + column]) = (texts[row][column], 1);
        return batch;
    }
}
