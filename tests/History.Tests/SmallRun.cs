using System.Text;
using System.Text.Json;
using Pipeline.Captioner;
using Pipeline.Contracts;
using Pipeline.Learning.DetectHacking;
using Pipeline.Learning.PlanStep;
using Pipeline.Learning.Steps;
using Pipeline.Learning.UpdatePolicy;
using Pipeline.Models;
using Pipeline.Models.Safetensors;
using Pipeline.Models.Tokenizers;
using Pipeline.Testing;

namespace Pipeline.History.Tests;

/// <summary>
/// A short run with everything that a run can have, written as the services would: two rewards and a recorded one, drawings in rounds,
/// stale captions, evaluations, a pause and a failure. Only the networks are made up.
/// </summary>
sealed class SmallRun
{
    static readonly string Captioner = Path.Combine(Repository.Root, "models", "tiny", "captioner");
    static readonly Gpt2Tokenizer Tokenizer = Gpt2Tokenizer.Load(new ModelFolder(Captioner));
    static readonly string[] Sayings = ["a red star", "a square", "a green circle on a black background", "two stars"];

    readonly Random _random = new(1);
    readonly Func<object, object> _forge;
    readonly List<PolicyRef> _policies = [];
    readonly List<object> _stream = [];
    readonly Dictionary<int, StepOpened> _steps = [];
    readonly DueJudgements _judgements = new();
    readonly Dictionary<int, Dictionary<DecodingMode, MeasuredCaptions>> _measured = [];
    readonly string _drawingModel;
    TrainerState _state;
    string? _weights;
    object _link = null!;

    SmallRun(bool isOld, Func<object, object>? forge = null)
    {
        (IsOld, _forge) = (isOld, forge ?? (written => written));
        var files = new ModelFolder(Captioner);
        var listing = files.Paths().Where(path => path is not ("model.safetensors" or "README.md"))
            .Select(path => Stored(path, files.ReadAllBytes(path))).ToList();
        listing.Add(Stored("model.safetensors", Tensors("base", null)));
        _drawingModel = History.Put(Encoding.UTF8.GetBytes("{\"files\":[]}"));
        Settings = new RunSettings
        {
            Name = "small", Captioner = Manifest(listing), TrainPictures = Set("train", 5), HeldOutPictures = Set("heldout", 2),
            Rewards = new Dictionary<string, double> { ["blip"] = 1, ["vgg"] = 0.5, ["oracle"] = 0 }, Steps = 4, BatchSize = 3, MicroBatch = 2,
            MaxStaleness = 1, EvaluateEvery = 3, Drawing = new DrawingSettings { Rewards = ["vgg"], Samples = 3, StandardErrorBound = 0.1 },
            Ppo = new PpoSettings { ScaleByRunningStd = true, AdaptiveKlTarget = 2, Schedule = LearningRateSchedule.Cosine },
        };
        Id = Ids.Run(Encoding.UTF8.GetString(CanonicalJson.Serialize(Settings)), 0);
        _state = TrainerState.Initial(Settings.Ppo);
        _policies.Add(new PolicyRef(0, Settings.Captioner));
    }

    public MemoryHistory History { get; } = new();

    public Guid Id { get; }

    public RunSettings Settings { get; }

    bool IsOld { get; }

    int Version => _policies.Count - 1;

    /// <summary>The run to its end.</summary>
    /// <param name="isOld">As it was written before there were digests and roots beyond those of steps.</param>
    /// <param name="forge">Changes what is written as it is written: all that comes later fits to it.</param>
    public static SmallRun Completed(bool isOld = false, Func<object, object>? forge = null)
    {
        var run = new SmallRun(isOld, forge);
        run.Until(run.Settings.Steps);
        run.Append("run-completed", "", new RunCompleted(
            run.Id, run._policies[^1], run._weights!, isOld ? null : Link.To(run._link), isOld ? null : StreamRoot.Of(run._stream)));
        return run;
    }

    /// <summary>The completed run, put away: some drawings and the first version's weights and optimiser were dropped on purpose.</summary>
    public static SmallRun Archived(Func<object, object>? forge = null)
    {
        var run = Completed(forge: forge);
        var first = run._stream.OfType<PolicyUpdated>().First();
        string[] dropped = [first.WeightsSha256, first.OptimiserSha256];
        foreach (var blob in dropped) run.History.Blobs.Remove(blob);
        run.Append("run-archived", "", run.Forged(new RunArchived(run.Id, run.Version, [run.Version], dropped)));
        return run;
    }

    /// <summary>The run with this version made, the next steps open and some of their captions written.</summary>
    public static SmallRun UnderWay(int version)
    {
        var run = new SmallRun(isOld: false);
        run.Until(version);
        run.Open();
        foreach (var step in run._steps.Values) run.Write(Work.Of(step, run.Settings), captions: 1);
        return run;
    }

    void Until(int version)
    {
        Append("run-started", "", new RunStarted(Id, Settings));
        _link = _stream[^1];
        for (List<EvaluationOpened> earlier = []; ;)
        {
            // As in the Learner evaluations may be closed when the next version is there already.
            var opened = Open();
            foreach (var evaluation in earlier) Evaluate(evaluation);
            earlier = opened;
            if (Version == version) break;
            Learn();
            if (Version == 1) Append("run-stopped", Place, new RunStopped(Id, 1, IsOld ? null : Link.To(_link), IsOld ? null : StreamRoot.Of(_stream)));
            if (Version == 2) Append("run-failed", Place, new RunFailed(Id, 2, "IOException: the disk is full"));
            if (Version is 1 or 2) Append("run-resumed", Place, new RunResumed(Id, Version));
        }
        if (version < Settings.Steps) return;
        foreach (var evaluation in _stream.OfType<EvaluationOpened>().Where(opened => opened.Policy.Version == version).ToArray()) Evaluate(evaluation);
    }

    object Place => History.Versions[Streams.Run(Id)];

    bool IsDue() => StepPlan.IsEvaluated(Settings, Version)
        && !_stream.OfType<EvaluationOpened>().Any(evaluation => evaluation.Policy.Version == Version);

    List<EvaluationOpened> Open()
    {
        for (var step = _stream.OfType<StepOpened>().Count(); step <= Math.Min(Settings.Steps - 1, Version + Settings.MaxStaleness); step++)
        {
            _steps[step] = Forged(new StepOpened(
                Id, step, _policies[Math.Max(0, step - Settings.MaxStaleness)], StepPlan.Training(Id, Settings, step, Pictures(Settings.TrainPictures))));
            Append("step-opened", step, _steps[step]);
        }
        if (!IsDue()) return [];
        List<EvaluationOpened> opened = [];
        foreach (var mode in (DecodingMode[])[DecodingMode.Greedy, DecodingMode.Sample])
        {
            opened.Add(Forged(new EvaluationOpened(
                Id, _policies[Version], "heldout", new Decoding(mode, Settings.MaxNewTokens, Settings.Temperature),
                StepPlan.Evaluation(Id, Settings, Version, "heldout", mode, Pictures(Settings.HeldOutPictures!)))));
            Append("evaluation-opened", $"{Version}/{mode}", opened[^1]);
        }
        return opened;
    }

    void Learn()
    {
        _steps.Remove(Version, out var step);
        var (sampled, rendered, scored) = Write(Work.Of(step!, Settings));
        var record = StepRecord.From(step!, Settings, sampled, rendered, scored);
        var normaliser = new ScoreNormaliser(Settings.Rewards, Settings.Ppo, _state.Rewards);
        var rewards = normaliser.Observe(record.Captions);
        var kl = _random.NextDouble();
        var metrics = RecordedFigures.Of(step!.Step, Settings, record.Captions, kl, _state.KlCoefficient).ToDictionary();
        metrics["objective/kl"] = kl;
        metrics["caption/eos_rate"] = 1;
        metrics["policy/loss"] = _random.NextDouble();
        var ppo = Settings.Ppo;
        _state = new TrainerState(
            Version + 1, 8 * (Version + 1),
            KlController.Next(_state.KlCoefficient, kl, record.Captions.Count, ppo.AdaptiveKlTarget, ppo.AdaptiveKlHorizon), normaliser.Moments);

        var weights = Stored("model.safetensors", Tensors($"version {Version + 1}", Forged(new Dictionary<string, string>
        {
            ["run"] = $"{Id:D}", ["version"] = $"{Version + 1}", ["parent"] = _weights ?? Settings.Captioner, ["batch_root"] = record.BatchRoot,
        })));
        var optimiser = Stored(PolicyTrainer.OptimiserPath, Tensors($"moments {Version + 1}", null));
        var state = new MemoryStream();
        Forged(_state).Write(state);
        var checkpoint = Manifest([weights, optimiser, Stored(TrainerState.Path, state.ToArray())]);
        var updated = Forged(new PolicyUpdated(
            Id, Version + 1, _policies[^1], checkpoint, weights.Sha256, optimiser.Sha256, record.BatchRoot, Link.To(_link),
            [.. record.Captions.Select(caption => caption.CaptionId)], rewards, metrics, new Dictionary<string, double> { ["time/update"] = 12.5 }));
        Append("policy-updated", updated.Version, updated);
        _policies.Add(new PolicyRef(updated.Version, checkpoint));
        (_weights, _link) = (updated.WeightsSha256, updated);
    }

    void Evaluate(EvaluationOpened opened)
    {
        var (sampled, rendered, scored) = Write(Work.Of(opened, Settings));
        // The reference is version 0; it finds what others write half as likely as they do.
        double[] logProbs = [.. sampled.Select(caption => caption.LogProbs.Sum(value => (double)value) * (opened.Policy.Version == 0 ? 1 : 2))];
        var evaluated = Forged(EvaluationSummary.Of(
            opened, sampled, rendered, scored, [.. Settings.Rewards.Keys], References, IsOld ? null : logProbs));
        Append("evaluated", $"{evaluated.Version}/{evaluated.Mode}", IsOld ? evaluated with { EventsRoot = null } : evaluated);
        if (IsOld) return;
        _measured.TryAdd(evaluated.Version, []);
        _measured[evaluated.Version][evaluated.Mode] = MeasuredCaptions.Of(evaluated, sampled, scored, References);
        foreach (var version in _judgements.Versions) Judge(version);
    }

    void Judge(int version)
    {
        var trained = _stream.OfType<PolicyUpdated>().Take(version).Select(updated => TrainedReward.Of(updated, Settings)!.Value);
        var judged = Forged(new Judged(version, HackingDetector.Judge(Id, version, Settings, [.. trained], _measured[0], _measured[version])));
        if (judged.Suspicion is { } suspicion) Append("reward-hacking-suspected", suspicion.Version, suspicion);
    }

    /// <summary>What came of judging a version.</summary>
    public sealed record Judged(int Version, RewardHackingSuspected? Suspicion);

    IReadOnlyDictionary<string, IReadOnlyList<string>> References =>
        CaptionFigures.References(JsonSerializer.Deserialize<PictureSet>(History.Blobs[Settings.HeldOutPictures!], ContractJson.Options)!.Pictures);

    /// <summary>What Rollout, Diffusion and the rewards append.</summary>
    (List<CaptionSampled> Sampled, List<ImagesRendered> Rendered, List<CaptionScored> Scored) Write(Work work, int captions = int.MaxValue)
    {
        List<CaptionSampled> sampled = [];
        List<ImagesRendered> rendered = [];
        List<CaptionScored> scored = [];
        foreach (var (command, request) in work.Commands.SelectMany(command => command.Captions.Select(caption => (command, caption))).Take(captions))
        {
            int[] tokens = [.. Tokenizer.Encode(Sayings[_random.Next(Sayings.Length)]), Tokenizer.EndOfText];
            var caption = Forged(new CaptionSampled(
                request.CaptionId, Id, command.Step, command.Purpose, request.PictureSha256, request.Sample, request.Seed, command.Policy,
                command.Decoding, CaptionText.Of(Tokenizer, tokens), tokens, [.. tokens.Select(_ => -_random.NextSingle())]));
            var stream = Streams.Caption(caption.CaptionId);
            sampled.Add(caption);
            Write(stream, "caption-sampled", "", caption);
            scored.Add(Score(stream, caption, "blip", [], new Dictionary<string, double>()));
            var rounds = _random.Next(1, 3);
            for (var round = 0; round < rounds; round++) rendered.Add(Draw(stream, caption, round == 0 ? 0 : 2, round == 0 ? 2 : 1));
            scored.Add(Score(
                stream, caption, "vgg", [.. Enumerable.Range(0, rounds + 1).Select(_ => _random.NextDouble())],
                new Dictionary<string, double> { ["samples"] = rounds + 1 }));
            scored.Add(Score(stream, caption, "oracle", [], new Dictionary<string, double> { ["f1"] = _random.NextDouble() }));
        }
        return (sampled, rendered, scored);
    }

    CaptionScored Score(string stream, CaptionSampled caption, string reward, double[] samples, Dictionary<string, double> details)
    {
        var scored = Forged(new CaptionScored(
            caption.CaptionId, Id, caption.Step, reward, samples.Length == 0 ? _random.NextDouble() : samples.Average(), samples, details, "model"));
        Write(stream, "caption-scored", reward, scored);
        return scored;
    }

    ImagesRendered Draw(string stream, CaptionSampled caption, int first, int count)
    {
        var recipe = new DrawingRecipe(_drawingModel, "ddim", 8, 2, "", 64, 64);
        RenderedImage[] images = [.. Enumerable.Range(first, count).Select(sample =>
        {
            var seed = Ids.DrawingSeed(caption.Seed, sample);
            return sample == 1
                ? new RenderedImage(sample, seed, null, "all black")
                : new RenderedImage(sample, seed, History.Put(Encoding.UTF8.GetBytes($"picture of {caption.Text} by {seed}")));
        })];
        var hash = DrawingHash.Of(caption.Text, recipe, images.Select(image => image.Seed));
        // Captions of two versions that say the same of a picture have one drawing.
        if (!History.Versions.ContainsKey(Streams.Drawing(hash)))
            Write(Streams.Drawing(hash), "drawing-stored", "", Forged(new DrawingStored(hash, caption.Text, recipe, images)));
        var rendered = Forged(new ImagesRendered(caption.CaptionId, Id, caption.Step, hash, recipe, images));
        Write(stream, "images-rendered", first, rendered);
        return rendered;
    }

    T Forged<T>(T written) where T : notnull => (T)_forge(written);

    void Write(string stream, string kind, object discriminator, object data) => History.Append(stream, kind, discriminator, data, !IsOld);

    void Append(string kind, object discriminator, object data)
    {
        Write(Streams.Run(Id), kind, discriminator, data);
        _stream.Add(data);
        _judgements.Apply(data);
    }

    string Set(string name, int count) => History.Put(CanonicalJson.Serialize(new PictureSet(name, [.. Enumerable.Range(0, count).Select(i =>
        new Picture(History.Put(Encoding.UTF8.GetBytes($"{name} {i}")), $"{i}.png", 8, 8, [Sayings[i % Sayings.Length], "a star"]))])));

    IReadOnlyList<string> Pictures(string set) =>
        [.. JsonSerializer.Deserialize<PictureSet>(History.Blobs[set], ContractJson.Options)!.Pictures.Select(picture => picture.Sha256)];

    /// <summary>A file of a checkpoint, among the blobs.</summary>
    public (string Path, string Sha256, long Bytes) Stored(string path, byte[] content) => (path, History.Put(content), content.Length);

    /// <summary>The manifest of a checkpoint, among the blobs.</summary>
    public string Manifest(IEnumerable<(string Path, string Sha256, long Bytes)> files) => History.Put(CanonicalJson.Serialize(new
    {
        Files = files.OrderBy(file => file.Path, StringComparer.Ordinal).Select(file => new { file.Path, file.Sha256, file.Bytes }),
    }));

    /// <summary>A safetensors file with that content and header.</summary>
    public static byte[] Tensors(string content, Dictionary<string, string>? metadata)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var file = new MemoryStream();
        SafetensorsWriter.Write(file, [new TensorSource("any", TensorType.U8, [bytes.Length], stream => stream.Write(bytes))], metadata);
        return file.ToArray();
    }
}
