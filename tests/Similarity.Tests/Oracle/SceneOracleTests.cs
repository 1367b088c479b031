using System.Text.Json;
using Pipeline.Similarity.Oracle;

namespace Pipeline.Similarity.Tests.Oracle;

public sealed class SceneOracleTests
{
    private const string Full = "a small red circle left of a large blue square on a brown background";

    private static readonly Scene One = new("white", [new SceneObject("circle", "red", "small", 32, 32, 7.5)]);

    private static readonly Scene Two = new("brown",
        [new SceneObject("circle", "red", "small", 17, 32, 7.5), new SceneObject("square", "blue", "large", 47, 32, 12.5)]);

    [Fact]
    public void Every_case_of_the_pack_scores_as_the_builder_scored_it()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(PackFile("oracle-cases.json")));
        var scenes = document.RootElement.GetProperty("scenes").EnumerateArray()
            .Select((scene, i) => SceneReader.Read(scene, $"scene {i}")).ToList();
        var cases = document.RootElement.GetProperty("cases").EnumerateArray().ToList();

        Assert.True(cases.Count >= 300, $"only {cases.Count} cases");
        foreach (var item in cases)
        {
            var caption = item.GetProperty("caption").GetString()!;
            var score = SceneOracle.Score(caption, scenes[item.GetProperty("scene").GetInt32()]);
            AssertSame(caption, "precision", item, score.Precision);
            AssertSame(caption, "recall", item, score.Recall);
            AssertSame(caption, "f1", item, score.F1);
            AssertSame(caption, "hallucination", item, score.Hallucination);
            Assert.True(item.GetProperty("grammatical").GetBoolean() == score.Grammatical, $"grammatical of \"{caption}\"");
        }
    }

    [Fact]
    public void The_catalogue_knows_all_pictures_of_the_pack()
    {
        var catalogue = SceneCatalogue.Load(PackFile("scenes.json"));

        Assert.Equal(256, catalogue.Count);
        foreach (var file in Directory.EnumerateFiles(PackFile("pictures"), "*.png", SearchOption.AllDirectories))
        {
            var hash = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)));
            Assert.True(catalogue.TryFind(hash, out _), file);
        }
    }

    [Fact]
    public void A_full_caption_scores_one() =>
        Assert.Equal(new OracleScore(1, 1, 1, 0, true), SceneOracle.Score(Full, Two));

    [Fact]
    public void A_brief_true_caption_is_precise_and_says_little()
    {
        var score = SceneOracle.Score("a circle", Two);

        Assert.Equal(1, score.Precision);
        Assert.Equal(1 / 8.0, score.Recall);
    }

    [Fact]
    public void The_order_of_the_objects_does_not_count() =>
        Assert.Equal(1, SceneOracle.Score("a big blue square right of a little red circle on a brown background", Two).F1);

    [Fact]
    public void An_object_named_twice_is_right_once() =>
        Assert.Equal(3 / 5.0, SceneOracle.Score("a red circle and a red circle on a white background", One).Precision);

    [Fact]
    public void A_turned_relation_is_one_wrong_claim() =>
        Assert.Equal(7 / 8.0, SceneOracle.Score(Full.Replace("left", "right", StringComparison.Ordinal), Two).Precision);

    [Theory]
    [InlineData("")]
    [InlineData("a picture of an image")]
    public void A_caption_that_claims_nothing_scores_nothing(string caption)
    {
        var score = SceneOracle.Score(caption, Two);

        Assert.Equal((0, 0, 0, 1), (score.Precision, score.Recall, score.F1, score.Hallucination));
        Assert.False(score.Grammatical);
    }

    [Theory]
    [InlineData("an circle")]
    [InlineData("a orange circle")]
    [InlineData("a red circle on a")]
    [InlineData("a red red circle")]
    [InlineData("a red circle and a star and a heart")]
    public void Slips_of_grammar_are_noticed(string caption) => Assert.False(SceneOracle.Score(caption, One).Grammatical);

    [Fact]
    public void Case_and_punctuation_do_not_count() =>
        Assert.Equal(SceneOracle.Score("a red circle", One), SceneOracle.Score("A red circle.", One));

    [Fact]
    public void A_relation_with_nothing_after_it_is_a_wrong_claim() =>
        Assert.Equal(1 / 2.0, SceneOracle.Score("a circle above", Two).Precision);

    [Theory]
    [InlineData("""{"abc": {"objects": []}}""", "scene \"abc\": no text \"background\"")]
    [InlineData("""{"abc": {"background": "white", "objects": []}}""", "scene \"abc\": \"objects\" holds 0 objects")]
    [InlineData("""{"abc": {"background": "white", "objects": [{"shape": "cube"}]}}""", "object 1: \"shape\" is \"cube\"")]
    [InlineData("[]", "expected an object of scenes")]
    [InlineData("{", "not JSON")]
    public void A_broken_scenes_file_is_named_with_what_is_wrong(string json, string expected)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, json);

            var error = Assert.Throws<InvalidDataException>(() => SceneCatalogue.Load(file));

            Assert.StartsWith(file, error.Message, StringComparison.Ordinal);
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void AssertSame(string caption, string name, JsonElement expected, double actual)
    {
        var wanted = expected.GetProperty(name).GetDouble();
        Assert.True(Math.Abs(wanted - actual) < 1e-9, $"{name} of \"{caption}\": expected {wanted}, got {actual}");
    }

    private static string PackFile(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Pipeline.sln")))
                return Path.Combine(folder.FullName, "models", "tiny", name);
        throw new DirectoryNotFoundException($"no Pipeline.sln above {AppContext.BaseDirectory}");
    }
}
