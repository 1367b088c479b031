namespace Pipeline.Contracts;

/// <summary>The name of a drawing: what decides its pictures, as one hash.</summary>
public static class DrawingHash
{
    /// <summary>
    /// SHA-256 of the canonical JSON of text, recipe and seeds: equal for equal pictures, whichever caption, run or reward asks for them.
    /// </summary>
    public static string Of(string text, DrawingRecipe recipe, IEnumerable<long> seeds) =>
        CanonicalJson.Sha256(new { Text = text, Recipe = recipe, Seeds = seeds });
}
