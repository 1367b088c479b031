using System.Text.Json;
using Pipeline.Captioner.Decoding;
using Pipeline.Captioner.Weights;
using Pipeline.Models;
using Pipeline.Models.Safetensors;
using Pipeline.Testing;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Tests.Parity;

/// <summary>
/// The fixture vit-gpt2: a whole checkpoint in miniature with what transformers computed from it. Every size, id and option comes from its
/// files, so that another folder of the same layout is tested as well. Tolerances are those of its README.
/// </summary>
public sealed class VitGpt2Fixture : IDisposable
{
    readonly SafetensorsFile io;
    readonly Dictionary<string, Tensor> tensors = [];

    public VitGpt2Fixture()
    {
        Files = new ModelFolder(Fixtures.Path("vit-gpt2"));
        Model = CaptionModel.Load(Files);
        Sampler = new CaptionSampler(Model.Decoder, Model.Config.Tokens);
        Expected = Json("expected.json");
        io = Open("io.safetensors");
        Memory = Model.Encode(this["pixel_values"]);
    }

    public IModelFiles Files { get; }

    public CaptionModel Model { get; }

    public CaptionSampler Sampler { get; }

    public JsonElement Expected { get; }

    /// <summary>The encoded pictures.</summary>
    public Tensor Memory { get; }

    /// <summary>All tensors of io.safetensors.</summary>
    public IReadOnlyList<TensorEntry> Entries => io.Entries;

    /// <summary>A tensor of io.safetensors.</summary>
    public Tensor this[string name] => tensors.TryGetValue(name, out var known) ? known : tensors[name] = io.ReadTensor(name);

    public SafetensorsFile Open(string file) => SafetensorsFile.Open(Files, file);

    public JsonElement Json(string file)
    {
        using var document = JsonDocument.Parse(Files.ReadAllBytes(file));
        return document.RootElement.Clone();
    }

    /// <summary>The rows of a matrix of generated sequences, without the start token and without what follows the end token.</summary>
    public int[][] Captions(Tensor sequences)
    {
        var (rows, columns) = (sequences.shape[0], (int)sequences.shape[1]);
        var all = sequences.data<long>().ToArray();
        return [.. Enumerable.Range(0, (int)rows).Select(row =>
        {
            int[] ids = [.. all.Skip((row * columns) + 1).Take(columns - 1).Select(id => (int)id)];
            var end = Array.IndexOf(ids, Model.Config.Tokens.End);
            return end < 0 ? ids : ids[..(end + 1)];
        })];
    }

    /// <summary>The options of one of the fixture's beam searches.</summary>
    public BeamOptions Search(string name)
    {
        var options = new BeamOptions();
        foreach (var argument in Expected.GetProperty("beam_arguments").GetProperty(name).EnumerateObject())
        {
            var value = argument.Value;
            options = argument.Name switch
            {
                "max_length" => options with { MaxNewTokens = value.GetInt32() - 1 },
                "max_new_tokens" => options with { MaxNewTokens = value.GetInt32() },
                "num_beams" => options with { Beams = value.GetInt32() },
                "length_penalty" => options with { LengthPenalty = value.GetDouble() },
                "early_stopping" => options with { EarlyStopping = value.GetBoolean() },
                "num_return_sequences" => options with { Returned = value.GetInt32() },
                "min_length" => options with { Rules = options.Rules with { MinLength = value.GetInt32() } },
                "no_repeat_ngram_size" => options with { Rules = options.Rules with { NoRepeatNgram = value.GetInt32() } },
                "repetition_penalty" => options with { Rules = options.Rules with { RepetitionPenalty = value.GetDouble() } },
                "do_sample" when !value.GetBoolean() => options,
                _ => throw new InvalidDataException($"The fixture searches with {argument.Name} = {value}, which is not supported."),
            };
        }
        return options;
    }

    public void Dispose()
    {
        Memory.Dispose();
        foreach (var tensor in tensors.Values) tensor.Dispose();
        io.Dispose();
        Model.Dispose();
    }
}
