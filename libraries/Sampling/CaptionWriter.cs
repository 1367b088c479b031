using Pipeline.Captioner;
using Pipeline.Captioner.Decoding;
using Pipeline.Contracts;
using Pipeline.Hosting;
using static TorchSharp.torch;

namespace Pipeline.Sampling;

/// <summary>A command's captions as a function of the command: the same command gives the same captions, bit for bit, on every worker of this kind.</summary>
public sealed class CaptionWriter(PolicyCache policies, PictureReader pictures) : IDisposable
{
    // 4,096 pictures are 0.14 GB for the tiny encoder (65 x 128) and 2.5 GB for ViT-B/16 (197 x 768).
    readonly EncodedPictures encoded = new(capacity: 4096);

    // One command computes at a time: two would only share the cores, and each needs the memory of a batch.
    readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Writes the captions, in the command's order.</summary>
    /// <exception cref="InvalidOperationException">The decoding mode is unknown.</exception>
    public async Task<IReadOnlyList<CaptionSampled>> WriteAsync(Contracts.SampleCaptions command, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            var policy = await policies.GetAsync(command.Policy, cancel);
            return Write(command, policy);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => encoded.Dispose();

    IReadOnlyList<CaptionSampled> Write(Contracts.SampleCaptions command, LoadedPolicy policy)
    {
        // A dispose scope belongs to its thread, so nothing is awaited from here on, reading a picture's file included.
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var memory = encoded.Of(policy.Model, policy.Encoder, [.. command.Captions.Select(caption => caption.PictureSha256)],
            picture => pictures.PixelsAsync(picture, policy.Model.Preprocessor).GetAwaiter().GetResult());
        var decoding = command.Decoding;
        var sampler = new CaptionSampler(policy.Model.Decoder, policy.Model.Config.Tokens);
        var captions = decoding.Mode switch
        {
            DecodingMode.Sample => sampler.Sample(memory, [.. command.Captions.Select(caption => caption.Seed)],
                new SamplingOptions { Temperature = decoding.Temperature, MaxNewTokens = decoding.MaxNewTokens }),
            DecodingMode.Greedy => sampler.Greedy(memory, decoding.MaxNewTokens),
            DecodingMode.Beam => [.. sampler.BeamSearch(memory, new BeamOptions { Beams = decoding.Beams, MaxNewTokens = decoding.MaxNewTokens })
                .Select(hypotheses => hypotheses[0].Caption)],
            _ => throw new InvalidOperationException($"Decoding mode '{decoding.Mode}' is unknown."),
        };
        return [.. command.Captions.Zip(captions, (request, caption) => new CaptionSampled(
            request.CaptionId, command.RunId, command.Step, command.Purpose, request.PictureSha256, request.Sample, request.Seed,
            command.Policy, decoding, CaptionText.Of(policy.Model.Tokenizer, caption.TokenIds), caption.TokenIds, caption.LogProbs))];
    }
}
