using Pipeline.Captioner.Decoding;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Tests;

public sealed class SamplingTests : IDisposable
{
    static readonly SamplingOptions Options = new() { MaxNewTokens = 20 };

    readonly DisposeScope scope = NewDisposeScope();
    readonly RandomCaptioner captioner = new();

    public void Dispose()
    {
        scope.Dispose();
        captioner.Dispose();
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.7)]
    [InlineData(1.6)]
    public void The_logprob_of_a_sampled_token_is_the_one_that_teacher_forcing_finds(double temperature)
    {
        const int pictures = 3, samples = 16;
        var memory = captioner.Memory(pictures);
        var captions = captioner.Sampler.Sample(memory, Seeds(pictures * samples), Options with { Temperature = temperature });
        using var forced = TeacherForcing.Create([.. captions.Select(caption => caption.TokenIds)], captioner.Tokens);
        var (_, logits) = captioner.Network.Decoder.Forward(forced.Inputs, memory);
        var logProbs = forced.LogProbs(logits, temperature);

        for (var row = 0; row < captions.Length; row++)
            tensor(captions[row].LogProbs).ShouldBeNear(logProbs[row].narrow(0, 0, captions[row].LogProbs.Length), 1e-5, $"caption {row}");
        captions.Select(caption => caption.TokenIds.Length).Distinct().Count()
            .ShouldBeGreaterThan(1, "captions of one length would test no padding");
    }

    [Fact]
    public void A_caption_is_the_same_alone_and_in_any_batch()
    {
        const int pictures = 5, samples = 6;
        var memory = captioner.Memory(pictures);
        var seeds = Seeds(pictures * samples);
        var together = captioner.Sampler.Sample(memory, seeds, Options);

        for (var i = 0; i < seeds.Length; i++)
        {
            var alone = captioner.Sampler.Sample(memory.narrow(0, i / samples, 1), [seeds[i]], Options).ShouldHaveSingleItem();
            alone.TokenIds.ShouldBe(together[i].TokenIds, $"caption {i}");
            tensor(alone.LogProbs).ShouldBeNear(tensor(together[i].LogProbs), 1e-5);
        }

        var reversed = captioner.Sampler.Sample(memory.flip(0), [.. seeds.Reverse()], Options);
        reversed.Reverse().Select(caption => caption.TokenIds).ShouldBe(together.Select(caption => caption.TokenIds));
    }

    [Fact]
    public void The_same_batch_gives_the_same_bits()
    {
        var memory = captioner.Memory(4);
        var first = captioner.Sampler.Sample(memory, Seeds(8), Options);
        var second = captioner.Sampler.Sample(memory, Seeds(8), Options);
        second.Select(caption => caption.TokenIds).ShouldBe(first.Select(caption => caption.TokenIds));
        second.Select(caption => caption.LogProbs).ShouldBe(first.Select(caption => caption.LogProbs));
    }

    [Fact]
    public void Tokens_are_drawn_with_the_probabilities_that_the_decoder_gives()
    {
        const int count = 20_000;
        var memory = captioner.Memory(1);
        var (_, logits) = captioner.Network.Decoder.Forward(tensor(new long[,] { { captioner.Tokens.Start } }), memory);
        var probabilities = logits[0, 0].softmax(-1).to_type(ScalarType.Float64).data<double>().ToArray();

        var drawn = captioner.Sampler.Sample(memory, Seeds(count), Options with { MaxNewTokens = 1 }).Select(caption => caption.TokenIds[0])
            .ToArray();
        for (var token = 0; token < probabilities.Length; token++)
        {
            // Five standard deviations of a binomial share, and room for tokens that are hardly ever drawn.
            var tolerance = 5 * Math.Sqrt(probabilities[token] * (1 - probabilities[token]) / count) + (5.0 / count);
            ((double)drawn.Count(id => id == token) / count).ShouldBe(probabilities[token], tolerance, $"token {token}");
        }
    }

    [Fact]
    public void A_caption_ends_with_its_end_token_or_at_the_limit()
    {
        var captions = captioner.Sampler.Sample(captioner.Memory(10), Seeds(200), Options);
        foreach (var caption in captions)
        {
            caption.LogProbs.Length.ShouldBe(caption.TokenIds.Length);
            caption.LogProbs.ShouldAllBe(logProb => logProb <= 0);
            var end = Array.IndexOf(caption.TokenIds, captioner.Tokens.End);
            (end == caption.TokenIds.Length - 1 || (end < 0 && caption.TokenIds.Length == Options.MaxNewTokens)).ShouldBeTrue();
        }
        captions.ShouldContain(caption => caption.TokenIds.Length < Options.MaxNewTokens);
    }

    [Fact]
    public void Other_seeds_give_other_captions() =>
        captioner.Sampler.Sample(captioner.Memory(1), Seeds(20), Options).Select(caption => string.Join(',', caption.TokenIds)).Distinct()
            .Count().ShouldBeGreaterThan(15);

    [Fact]
    public void A_low_temperature_is_greedy()
    {
        var memory = captioner.Memory(4);
        var cold = captioner.Sampler.Sample(memory, Seeds(4), Options with { Temperature = 1e-4 });
        cold.Select(caption => caption.TokenIds).ShouldBe(captioner.Sampler.Greedy(memory, 20).Select(caption => caption.TokenIds));
    }

    [Fact]
    public void Top_k_of_one_is_greedy_and_top_p_keeps_the_most_probable()
    {
        var memory = captioner.Memory(4);
        var greedy = captioner.Sampler.Greedy(memory, 20).Select(caption => caption.TokenIds).ToArray();
        captioner.Sampler.Sample(memory, Seeds(4), Options with { TopK = 1 }).Select(caption => caption.TokenIds).ShouldBe(greedy);
        captioner.Sampler.Sample(memory, Seeds(4), Options with { TopP = 1e-6 }).Select(caption => caption.TokenIds).ShouldBe(greedy);
    }

    [Fact]
    public void One_beam_is_greedy()
    {
        var memory = captioner.Memory(4);
        var beams = captioner.Sampler.BeamSearch(memory, new BeamOptions { Beams = 1 });
        beams.Select(hypotheses => hypotheses.ShouldHaveSingleItem().Caption.TokenIds)
            .ShouldBe(captioner.Sampler.Greedy(memory, 20).Select(caption => caption.TokenIds));
    }

    [Fact]
    public void Log_probabilities_of_beams_are_those_of_their_tokens()
    {
        var memory = captioner.Memory(2);
        var beams = captioner.Sampler.BeamSearch(memory, new BeamOptions { Beams = 3, Returned = 3, LengthPenalty = 0 });
        for (var picture = 0; picture < beams.Length; picture++)
        {
            foreach (var (caption, score) in beams[picture])
            {
                using var forced = TeacherForcing.Create([caption.TokenIds], captioner.Tokens);
                var (_, logits) = captioner.Network.Decoder.Forward(forced.Inputs, memory.narrow(0, picture, 1));
                tensor(caption.LogProbs).ShouldBeNear(forced.LogProbs(logits)[0], 1e-5);
                score.ShouldBe(caption.LogProbs.Sum(), 1e-4);
            }
            beams[picture].Select(beam => beam.Score).ShouldBeInOrder(SortDirection.Descending);
        }
    }

    [Fact]
    public void Wrong_numbers_are_refused()
    {
        var memory = captioner.Memory(2);
        Should.Throw<ArgumentException>(() => captioner.Sampler.Sample(memory, Seeds(3), Options))
            .Message.ShouldContain("3 captions of 2 pictures");
        Should.Throw<ArgumentOutOfRangeException>(() => captioner.Sampler.Sample(memory, Seeds(2), Options with { Temperature = 0 }));
        Should.Throw<ArgumentOutOfRangeException>(() => captioner.Sampler.Sample(memory, Seeds(2), Options with { MaxNewTokens = 25 }));
        Should.Throw<ArgumentOutOfRangeException>(() => captioner.Sampler.Sample(memory, Seeds(2), Options with { MaxNewTokens = 0 }));
    }

    static long[] Seeds(int count) => [.. Enumerable.Range(0, count).Select(i => 1_000_003L * (i + 1))];
}
