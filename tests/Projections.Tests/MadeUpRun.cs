using Pipeline.Contracts;
using Pipeline.Hosting;

namespace Pipeline.Projections.Tests;

/// <summary>A run whose events are made up: each step writes a caption of each of two pictures and learns from them.</summary>
/// <param name="store">Where it is written.</param>
/// <param name="captioner">The checkpoint that it begins from; of its own when none is given.</param>
/// <param name="branch">The captions that it learns from, when it writes none.</param>
sealed class MadeUpRun(EventStore store, string? captioner = null, BranchSettings? branch = null)
{
    readonly List<Guid> _written = [];

    public static readonly string[] Pictures = [Hash("picture 0"), Hash("picture 1"), Hash("held out")];

    int _version;
    PolicyRef? _policy;

    public Guid Id { get; } = Guid.NewGuid();

    public PolicyRef Policy => _policy ??= new PolicyRef(0, captioner ?? Hash($"captioner of {Id}"));

    public RunSettings Settings => new()
    {
        Name = "made up", Captioner = captioner ?? Hash($"captioner of {Id}"), TrainPictures = Hash("train"), HeldOutPictures = Hash("heldout"), Steps = 3,
        BatchSize = 2, Branch = branch,
        Rewards = branch is null ? new Dictionary<string, double> { ["blip"] = 2, ["oracle"] = 0 } : new Dictionary<string, double> { ["other"] = 1 },
    };

    public static string Hash(string text) => CanonicalJson.Sha256(text);

    public Task StartAsync() => store.AppendAsync(Streams.Run(Id), new RunStarted(Id, Settings));

    /// <summary>Takes a step.</summary>
    /// <returns>Its captions.</returns>
    public async Task<Guid[]> StepAsync()
    {
        CaptionRequest[] captions = [.. Pictures[..2].Select(picture => new CaptionRequest(Ids.Caption(Id, _version, picture, 0), picture, 0, 7))];
        await store.AppendAsync(Streams.Run(Id), new StepOpened(Id, _version, Policy, captions));
        foreach (var caption in captions) await WriteAsync(caption, CaptionPurpose.Training, _version);
        return await LearnAsync([.. captions.Select(caption => caption.CaptionId)]);
    }

    /// <summary>Learns from captions that are there.</summary>
    public async Task<Guid[]> LearnAsync(Guid[] captionIds)
    {
        var made = new PolicyUpdated(
            Id, _version + 1, Policy, Hash($"checkpoint {Id} {_version}"), Hash($"weights {Id} {_version}"), Hash("optimiser"), Hash("root"), Hash("previous"),
            captionIds, new Dictionary<string, RewardNormalisation>(), Figures(_version), new Dictionary<string, double> { ["time/update"] = 80 });
        await store.AppendAsync(Streams.Run(Id), made);
        (_version, _policy) = (made.Version, new PolicyRef(made.Version, made.Checkpoint));
        return [.. made.CaptionIds];
    }

    /// <summary>Scores the captions of its steps again, with 0.125 each.</summary>
    /// <returns>The replay.</returns>
    public async Task<Guid> ReplayAsync(string reward, bool isCompleted = true)
    {
        var replay = Guid.NewGuid();
        var stream = Streams.Replay(replay);
        await store.AppendAsync(
            stream, new ReplayStarted(replay, Id, reward, "blip", new ReplaySelection(0, _version - 1), _written.Count, Hash("captions")));
        var scores = _written.Select(caption => new NewEvent(
            stream, Ids.Event(stream, "caption-rescored", caption),
            new CaptionRescored(replay, caption, reward, 0.125, [], new Dictionary<string, double>(), "model of the replay")));
        await store.Events.AppendOnceAsync(
            [.. isCompleted ? scores : scores.Take(1)], new MessageMetadata(Id, "test"), TestContext.Current.CancellationToken);
        if (isCompleted) await store.AppendAsync(stream, new ReplayCompleted(replay, _written.Count, "model of the replay", Hash("scores")));
        return replay;
    }

    /// <summary>Measures the newest version.</summary>
    /// <returns>The caption that measured it.</returns>
    public async Task<Guid> EvaluateAsync()
    {
        var decoding = new Decoding(DecodingMode.Greedy);
        var caption = new CaptionRequest(Ids.EvaluationCaption(Id, _version, "heldout", "greedy", Pictures[2]), Pictures[2], 0, 8);
        await store.AppendAsync(Streams.Run(Id), new EvaluationOpened(Id, Policy, "heldout", decoding, [caption]));
        await WriteAsync(caption, CaptionPurpose.Evaluation, _version);
        await store.AppendAsync(Streams.Run(Id), new Evaluated(
            Id, _version, "heldout", DecodingMode.Greedy,
            new Dictionary<string, RewardSummary> { ["blip"] = new(1, 0.75, 0, new Dictionary<string, double> { ["itm"] = 0.5 }) }, 5, null,
            new Dictionary<string, double> { ["cider_d"] = 0.25 }));
        return caption.CaptionId;
    }

    /// <summary>From version 2 on there is one name more.</summary>
    static Dictionary<string, double> Figures(int step)
    {
        var figures = new Dictionary<string, double> { ["reward/blip/mean"] = 0.5 + step, ["reward/oracle/mean"] = 0.25, ["objective/kl"] = 0.125 };
        if (step > 0) figures["importance/ess"] = step;
        return figures;
    }

    async Task WriteAsync(CaptionRequest caption, CaptionPurpose purpose, int step)
    {
        if (purpose == CaptionPurpose.Training) _written.Add(caption.CaptionId);
        var recipe = new DrawingRecipe(Hash("drawing model"), "ddim", 8, 1, "", 64, 64);
        CaptionScored Scored(string reward, double score) =>
            new(caption.CaptionId, Id, step, reward, score, [], new Dictionary<string, double>(), $"model of {reward}");
        var stream = Streams.Caption(caption.CaptionId);
        await store.AppendAsync(
            stream,
            new CaptionSampled(
                caption.CaptionId, Id, step, purpose, caption.PictureSha256, caption.Sample, caption.Seed, Policy,
                new Decoding(purpose == CaptionPurpose.Evaluation ? DecodingMode.Greedy : DecodingMode.Sample), $"caption of step {step}", [1, 2],
                [-0.5f, -1]));
        // Captions of the second picture are liked less.
        await store.AppendAsync(stream, Scored("blip", caption.PictureSha256 == Pictures[1] ? 0.5 : 0.75));
        await store.AppendAsync(stream, new ImagesRendered(
            caption.CaptionId, Id, step, Hash($"drawing {caption.CaptionId}"), recipe, [new RenderedImage(0, 3, Hash($"drawn {caption.CaptionId}"))]));
        await store.AppendAsync(stream, Scored("oracle", 0.25));
    }
}
