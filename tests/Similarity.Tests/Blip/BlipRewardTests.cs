using System.Text.Json.Nodes;
using Pipeline.Models;
using Pipeline.Models.Pictures;
using Pipeline.Models.Safetensors;
using Pipeline.Rewards;
using Pipeline.Similarity.Blip;
using Pipeline.Testing;

namespace Pipeline.Similarity.Tests.Blip;

/// <summary>The reward on the fixture's small model.</summary>
public sealed class BlipRewardTests
{
    static readonly ModelFolder Folder = new(Fixtures.Path("blip-itm"));
    static readonly JsonObject Expected = JsonNode.Parse(Folder.ReadAllBytes("expected.json"))!.AsObject();
    static readonly string[] Texts = [.. Expected["texts"]!.AsArray().Select(text => (string)text!)];
    static readonly string[] Images = [.. Expected["images"]!.AsArray().Select(image => (string)image!)];

    public static TheoryData<BlipHead> Heads => [BlipHead.Itc, BlipHead.Itm];

    [Theory, MemberData(nameof(Heads))]
    public async Task A_batch_of_n_pairs_gives_n_scores_those_of_single_calls(BlipHead head)
    {
        using var reward = new BlipReward(Folder, head);
        CaptionToScore[] pairs = [.. Texts.Select((text, i) => Pair(text, Images[i % Images.Length]))];

        var together = await ScoreAsync(reward, pairs);

        together.Count.ShouldBe(pairs.Length);
        for (var i = 0; i < pairs.Length; i++)
            (await ScoreAsync(reward, pairs[i]))[0].ShouldBe(together[i], 1e-5);
    }

    [Theory, MemberData(nameof(Heads))]
    public async Task Scores_are_the_reference_s(BlipHead head)
    {
        using var reward = new BlipReward(Folder, head, new BlipCleaning(Punctuation: false));
        var matrix = Expected[head == BlipHead.Itc ? "itc_cosine" : "itm_probability"]!;
        for (var image = 0; image < Images.Length; image++)
        {
            var scores = await ScoreAsync(reward, [.. Texts.Select(text => Pair(text, Images[image]))]);
            for (var text = 0; text < Texts.Length; text++)
                scores[text].ShouldBe((double)matrix[image]![text]!, 1e-5);
        }
    }

    [Theory, MemberData(nameof(Heads))]
    public async Task A_remembered_picture_is_not_opened_again_and_changes_no_bit(BlipHead head)
    {
        using var reward = new BlipReward(Folder, head);
        var opened = 0;
        var pair = Pair(Texts[0], Images[0], () => opened++);
        var fresh = await ScoreAsync(reward, pair, Pair(Texts[^1], Images[^1]));
        var remembered = await ScoreAsync(reward, pair, Pair(Texts[^1], Images[^1]));
        remembered.ShouldBe(fresh);
        opened.ShouldBe(1);
    }

    [Fact]
    public async Task Without_memory_for_pictures_it_scores_the_same()
    {
        using var remembering = new BlipReward(Folder);
        using var forgetful = new BlipReward(Folder, cachedBytes: 0);
        var pair = Pair(Texts[0], Images[0]);
        (await ScoreAsync(forgetful, pair)).ShouldBe(await ScoreAsync(remembering, pair));
    }

    [Fact]
    public async Task A_broken_picture_is_an_error_with_its_name()
    {
        using var reward = new BlipReward(Folder);
        var broken = new CaptionToScore(Guid.NewGuid(), "a cat", "0123", _ => Task.FromResult<Stream>(new MemoryStream([1, 2, 3])));
        (await Should.ThrowAsync<PictureException>(() => ScoreAsync(reward, broken))).Name.ShouldBe("0123");
    }

    [Fact]
    public void The_fingerprint_changes_with_head_and_cleaning_only()
    {
        string Fingerprint(BlipHead head, BlipCleaning cleaning)
        {
            using var reward = new BlipReward(Folder, head, cleaning);
            return reward.Model;
        }

        var cosine = Fingerprint(BlipHead.Itc, new BlipCleaning());
        cosine.ShouldBe(Fingerprint(BlipHead.Itc, new BlipCleaning()));
        cosine.ShouldNotBe(Fingerprint(BlipHead.Itm, new BlipCleaning()));
        cosine.ShouldNotBe(Fingerprint(BlipHead.Itc, new BlipCleaning(MaxWords: 3)));
    }

    [Fact]
    public void More_tokens_than_positions_are_refused() =>
        Should.Throw<InvalidDataException>(() => new BlipReward(Folder, cleaning: new BlipCleaning(MaxTokens: 100_000)))
            .Message.ShouldContain("positions");

    [Fact]
    public void A_missing_an_unexpected_and_a_misshapen_tensor_are_named()
    {
        Problem(tensors => tensors.Remove("text_proj.bias")).ShouldContain("'text_proj.bias' is missing");
        Problem(tensors => tensors["text_proj.surprise"] = tensors["text_proj.bias"]).ShouldContain("'text_proj.surprise' is unexpected");
        Problem(tensors => tensors["text_proj.bias"] = tensors["text_proj.weight"])
            .ShouldContain("'text_proj.bias' has the shape");
    }

    [Fact]
    public void The_buffer_of_position_ids_is_skipped()
    {
        using var model = BlipRetrieval.Load(With(tensors => tensors["text_encoder.embeddings.position_ids"] = tensors["text_proj.bias"]));
        model.NamedParameters().ShouldNotContain(parameter => parameter.Name.EndsWith("position_ids"));
    }

    static string Problem(Action<Dictionary<string, (TensorEntry Entry, byte[] Bytes)>> change) =>
        Should.Throw<SafetensorsException>(() => BlipRetrieval.Load(With(change))).Message;

    static ChangedFile With(Action<Dictionary<string, (TensorEntry Entry, byte[] Bytes)>> change)
    {
        using var file = SafetensorsFile.Open(Folder);
        var tensors = file.Entries.ToDictionary(entry => entry.Name, entry =>
        {
            var bytes = new byte[entry.ByteLength];
            file.Read(entry, bytes);
            return (Entry: entry, Bytes: bytes);
        });
        change(tensors);
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, [.. tensors.Select(tensor =>
            new TensorSource(tensor.Key, tensor.Value.Entry.Type, tensor.Value.Entry.Shape, to => to.Write(tensor.Value.Bytes)))]);
        return new ChangedFile("model.safetensors", stream.ToArray());
    }

    static async Task<IReadOnlyList<double>> ScoreAsync(BlipReward reward, params CaptionToScore[] pairs) =>
        [.. (await reward.ScoreAsync(pairs, TestContext.Current.CancellationToken)).Select(score => score.Score)];

    static CaptionToScore Pair(string text, string image, Action? opened = null) => new(Guid.NewGuid(), text, image, _ =>
    {
        opened?.Invoke();
        return Task.FromResult(Folder.OpenRead(image));
    });

    /// <summary>The fixture with one file replaced.</summary>
    sealed class ChangedFile(string changed, byte[] content) : IModelFiles
    {
        public string Name => "changed";

        public bool Exists(string path) => Folder.Exists(path);

        public Stream OpenRead(string path) => path == changed ? new MemoryStream(content) : Folder.OpenRead(path);
    }
}
