using System.Globalization;
using System.Text.RegularExpressions;
using Pipeline.Captioner.Decoding;
using Pipeline.Captioner.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Tests.Parity;

[Trait("Category", "Parity")]
public sealed partial class GenerationParityTests(VitGpt2Fixture fixture) : IClassFixture<VitGpt2Fixture>, IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Greedy_captions_are_transformers_token_for_token()
    {
        var expected = fixture["greedy_ids"];
        var captions = fixture.Sampler.Greedy(fixture.Memory, (int)expected.shape[1] - 1);
        captions.Select(caption => caption.TokenIds).ShouldBe(fixture.Captions(expected));

        var logProbs = fixture["greedy_logprobs"];
        for (var row = 0; row < captions.Length; row++)
            tensor(captions[row].LogProbs).ShouldBeNear(logProbs[row].narrow(0, 0, captions[row].LogProbs.Length), 1e-4, $"picture {row}");
    }

    [Fact]
    public void Logits_along_the_greedy_captions_are_transformers()
    {
        var (_, logits) = fixture.Model.Decoder.Forward(fixture["greedy_ids"], fixture.Memory);
        logits.ShouldBeNear(fixture["greedy_logits"], 2e-4);
    }

    [Fact]
    public void Greedy_captions_under_rules_are_transformers()
    {
        var tested = 0;
        foreach (var entry in fixture.Entries)
        {
            if (GreedyVariant().Match(entry.Name) is not { Success: true } match) continue;
            var rules = new ScoreRules
            {
                NoRepeatNgram = Int(match.Groups["ngram"]),
                MinLength = Int(match.Groups["min"]),
                RepetitionPenalty = match.Groups["rep"].Success ? Double(match.Groups["rep"].Value) : 1,
            };
            var expected = fixture[entry.Name];
            var limit = match.Groups["new"].Success ? Int(match.Groups["new"]) : (int)expected.shape[1] - 1;
            fixture.Sampler.Greedy(fixture.Memory, limit, rules).Select(caption => caption.TokenIds)
                .ShouldBe(fixture.Captions(expected), entry.Name);
            tested++;
        }
        tested.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Score_rules_are_transformers()
    {
        var input = fixture["warp_input"];
        var ids = fixture["decoder_input_ids"];
        var histories = Enumerable.Range(0, (int)ids.shape[0]).Select(row => ids[row].data<long>().Select(id => (int)id).ToArray())
            .ToArray();
        var tested = 0;
        foreach (var entry in fixture.Entries.Where(entry => entry.Name.StartsWith("warp_", StringComparison.Ordinal)
            && entry.Name != "warp_input"))
        {
            Warp(entry.Name["warp_".Length..], input, histories).ShouldBeNear(fixture[entry.Name], 1e-5, entry.Name);
            tested++;
        }
        tested.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Beam_search_is_transformers_4_36() => BeamSearchIs(BeamLengthRule.Transformers436, name => fixture[name]);

    [Fact]
    public void Beam_search_with_the_older_length_rule_is_transformers_4_27()
    {
        var path = Directory.GetFiles(fixture.Files.Name, "beam_transformers_4.27*.safetensors").ShouldHaveSingleItem();
        using var file = fixture.Open(Path.GetFileName(path));
        BeamSearchIs(BeamLengthRule.Transformers427, file.ReadTensor);
    }

    [Fact]
    public void Log_probabilities_and_entropies_of_given_captions_are_transformers()
    {
        var ids = fixture["decoder_input_ids"];
        var rows = Enumerable.Range(0, (int)ids.shape[0]).Select(row => ids[row].data<long>().Skip(1).Select(id => (int)id).ToArray())
            .ToArray();
        // The fixture's sequences need not begin with the configured start token.
        var tokens = fixture.Model.Config.Tokens with { Start = (int)ids[0, 0].item<long>() };
        using var forced = TeacherForcing.Create(rows, tokens);
        var (_, logits) = fixture.Model.Decoder.Forward(forced.Inputs, fixture.Memory);

        forced.LogProbs(logits).ShouldBeNear(fixture["sequence_logprobs"], 1e-4);
        forced.Entropy(logits).ShouldBeNear(fixture["sequence_entropy"], 1e-4);
    }

    void BeamSearchIs(BeamLengthRule rule, Func<string, Tensor> expected)
    {
        foreach (var search in fixture.Expected.GetProperty("beam_arguments").EnumerateObject())
        {
            var options = fixture.Search(search.Name) with { LengthRule = rule };
            var found = fixture.Sampler.BeamSearch(fixture.Memory, options).SelectMany(hypotheses => hypotheses).ToArray();

            found.Select(hypothesis => hypothesis.Caption.TokenIds).ShouldBe(fixture.Captions(expected($"{search.Name}_ids")), search.Name);
            if (fixture.Entries.Any(entry => entry.Name == $"{search.Name}_scores"))
                tensor(found.Select(hypothesis => (float)hypothesis.Score).ToArray())
                    .ShouldBeNear(expected($"{search.Name}_scores"), 1e-4, search.Name);
        }
    }

    /// <summary>A chain of rules by the fixture's names: "top_k10", "t1.3_k25_p0.8".</summary>
    static Tensor Warp(string name, Tensor scores, int[][] histories)
    {
        foreach (Match rule in WarpRule().Matches(name))
        {
            var value = Double(rule.Groups["value"].Value);
            scores = rule.Groups["rule"].Value switch
            {
                "temperature" or "t" => scores / value,
                "top_k" or "k" => ScoreProcessing.TopK(scores, (int)value),
                "top_p" or "p" => ScoreProcessing.TopP(scores, value),
                "repetition" => ScoreProcessing.Apply(scores, histories, new ScoreRules { RepetitionPenalty = value }, 0),
                _ => ScoreProcessing.Apply(scores, histories, new ScoreRules { NoRepeatNgram = (int)value }, 0),
            };
        }
        return scores;
    }

    static int Int(Group group) => group.Success ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 0;

    static double Double(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^greedy(_new(?<new>\d+)|_min(?<min>\d+)|_ngram(?<ngram>\d+)|_rep(?<rep>[\d.]+))*_ids$")]
    private static partial Regex GreedyVariant();

    [GeneratedRegex(@"(?<rule>temperature|top_k|top_p|repetition|ngram|t|k|p)(?<value>[\d.]+)")]
    private static partial Regex WarpRule();
}
