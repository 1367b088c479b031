namespace Pipeline.Similarity.Oracle;

/// <summary>
/// How much of a caption is true of a scene (precision), how much of the scene it says (recall), their harmonic mean,
/// the share of claims that are wrong (1 - precision; a caption that claims nothing has precision 0), and whether it is a sentence.
/// </summary>
public sealed record OracleScore(double Precision, double Recall, double F1, double Hallucination, bool Grammatical);

/// <summary>
/// Compares captions with scenes that are known exactly. Each object is what at most one phrase of the caption speaks of,
/// so an object named twice is right once; of all ways to pair phrases and objects the one with the most right claims counts.
/// </summary>
public static class SceneOracle
{
    private const double RelationMargin = 6;    // pixels between the centres before "left of" and the like are true

    /// <summary>Scores a caption against a scene.</summary>
    public static OracleScore Score(string caption, Scene scene)
    {
        var claims = CaptionParser.Parse(caption);
        var right = RightClaims(claims, scene);
        var precision = claims.Count == 0 ? 0 : (double)right / claims.Count;
        var recall = (double)right / scene.Facts;
        var f1 = right == 0 ? 0 : 2 * precision * recall / (precision + recall);
        return new OracleScore(precision, recall, f1, 1 - precision, CaptionParser.IsGrammatical(caption));
    }

    /// <summary>The relations that hold from one object to another.</summary>
    public static IEnumerable<string> TrueRelations(SceneObject from, SceneObject to)
    {
        if (from.X < to.X - RelationMargin) yield return "left";
        if (from.X > to.X + RelationMargin) yield return "right";
        if (from.Y < to.Y - RelationMargin) yield return "above";
        if (from.Y > to.Y + RelationMargin) yield return "below";
    }

    private static int RightClaims(Claims claims, Scene scene)
    {
        var best = Pairings(claims.Phrases.Count, scene.Objects.Count).Max(phraseOf => RightInPairing(claims, scene, phraseOf));
        return best + (claims.Backgrounds.Contains(scene.Background) ? 1 : 0);
    }

    /// <summary>Every way to give each object a phrase or none (-1), no phrase to two objects.</summary>
    private static IEnumerable<int[]> Pairings(int phrases, int objects)
    {
        if (objects == 0)
            return [[]];
        return from rest in Pairings(phrases, objects - 1)
               from phrase in Enumerable.Range(-1, phrases + 1)
               where phrase < 0 || !rest.Contains(phrase)
               select rest.Append(phrase).ToArray();
    }

    private static int RightInPairing(Claims claims, Scene scene, int[] phraseOf)
    {
        var right = 0;
        for (var i = 0; i < phraseOf.Length; i++)
            if (phraseOf[i] >= 0)
                right += RightAbout(claims.Phrases[phraseOf[i]], scene.Objects[i]);
        return right + (claims.Relations.Any(Holds) ? 1 : 0);

        bool Holds(RelationClaim claim)
        {
            var from = Array.IndexOf(phraseOf, claim.PhraseBefore);
            var to = Array.IndexOf(phraseOf, claim.PhraseBefore + 1);
            return from >= 0 && to >= 0 && TrueRelations(scene.Objects[from], scene.Objects[to]).Contains(claim.Word);
        }
    }

    private static int RightAbout(Phrase phrase, SceneObject thing) =>
        (phrase.Shape == thing.Shape ? 1 : 0)
        + (phrase.Descriptors.Contains(thing.Colour) ? 1 : 0)
        + (phrase.Descriptors.Any(word => Vocabulary.SizeOfWord.TryGetValue(word, out var size) && size == thing.Size) ? 1 : 0);
}
