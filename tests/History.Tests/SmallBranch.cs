using Pipeline.Contracts;
using Pipeline.Learning.PlanStep;
using Pipeline.Learning.Steps;
using Pipeline.Learning.UpdatePolicy;

namespace Pipeline.History.Tests;

/// <summary>A branch of a short run: a replay of its first two steps, and two steps that learned from that. Only the networks are made up.</summary>
sealed class SmallBranch
{
    static readonly Guid Replay = Guid.Parse("8f3c1f6e-52a4-5d0b-9f30-5f2a35a0c001");

    readonly SmallRun _run;
    readonly Func<object, object?> _forge;
    readonly StepOpened[] _recorded;
    readonly Dictionary<Guid, CaptionSampled> _captions;
    readonly Dictionary<Guid, CaptionRescored> _scores = [];
    readonly List<object> _stream = [];

    SmallBranch(SmallRun run, Func<object, object?>? forge)
    {
        (_run, _forge) = (run, forge ?? (_ => null));
        _recorded = [.. Of<StepOpened>().OrderBy(step => step.Step).Take(2)];
        _captions = Of<CaptionSampled>().ToDictionary(caption => caption.CaptionId);
        Settings = run.Settings with
        {
            Name = "branch", Rewards = new Dictionary<string, double> { ["new"] = 1 }, Steps = 2, MaxStaleness = 0, HeldOutPictures = null,
            Drawing = null, Branch = Forged(new BranchSettings(run.Id, new PolicyRef(0, run.Settings.Captioner), 0, Replay)),
        };
    }

    public static Guid Id { get; } = Guid.Parse("8f3c1f6e-52a4-5d0b-9f30-5f2a35a0c002");

    RunSettings Settings { get; }

    /// <summary>Writes replay and branch behind the run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="forge">Changes what is written as it is written, when it gives something.</param>
    public static void Write(SmallRun run, Func<object, object?>? forge = null)
    {
        var branch = new SmallBranch(run, forge);
        branch.WriteReplay();
        branch.WriteRun();
    }

    void WriteReplay()
    {
        var stream = Streams.Replay(Replay);
        Guid[] ids = [.. _recorded.SelectMany(step => step.Captions).Select(caption => caption.CaptionId)];
        _run.History.Append(stream, "replay-started", "", Forged(new ReplayStarted(
            Replay, _run.Id, "new", "blip", new ReplaySelection(0, 1), ids.Length, MerkleTree.Root([.. ids.Select(id => id.ToByteArray(bigEndian: true))]))));
        foreach (var id in ids)
        {
            _scores[id] = Forged(new CaptionRescored(Replay, id, "new", _scores.Count / 7.0, [], new Dictionary<string, double>(), "model"));
            _run.History.Append(stream, "caption-rescored", id, _scores[id]);
        }
        _run.History.Append(stream, "replay-completed", "", Forged(new ReplayCompleted(
            Replay, ids.Length, "model", MerkleTree.Root([.. ids.Select(id => CanonicalJson.Serialize(_scores[id]))]))));
    }

    void WriteRun()
    {
        Append("run-started", "", new RunStarted(Id, Settings));
        var (state, link, weights) = (TrainerState.Initial(Settings.Ppo), _stream[^1], (string?)null);
        var parent = new PolicyRef(0, Settings.VersionZero());
        foreach (var recorded in _recorded)
        {
            var opened = Forged(StepPlan.OfBranch(Id, Settings.Branch!, recorded));
            Append("step-opened", opened.Step, opened);
            var record = StepRecord.FromReplay(opened, [.. opened.Captions.Select(caption => _captions[caption.CaptionId])], _scores);
            var normaliser = new ScoreNormaliser(Settings.Rewards, Settings.Ppo, state.Rewards);
            var rewards = normaliser.Observe(record.Captions);
            var metrics = RecordedFigures.Of(opened.Step, Settings, record.Captions, 0.5, state.KlCoefficient).ToDictionary();
            (metrics["objective/kl"], metrics["caption/eos_rate"]) = (0.5, 1);
            var ppo = Settings.Ppo;
            var version = opened.Step + 1;
            state = new TrainerState(
                version, 8 * version,
                KlController.Next(state.KlCoefficient, 0.5, record.Captions.Count, ppo.AdaptiveKlTarget, ppo.AdaptiveKlHorizon), normaliser.Moments);
            var (checkpoint, model, moments) = Checkpoint(version, weights ?? parent.Checkpoint, record.BatchRoot, state);
            var updated = new PolicyUpdated(
                Id, version, parent, checkpoint, model, moments, record.BatchRoot, Link.To(link), [.. record.Captions.Select(caption => caption.CaptionId)],
                rewards, metrics, new Dictionary<string, double>());
            Append("policy-updated", version, updated);
            (link, weights, parent) = (updated, model, new PolicyRef(version, checkpoint));
        }
        Append("run-completed", "", new RunCompleted(Id, parent, weights!, Link.To(link), StreamRoot.Of(_stream)));
    }

    (string Checkpoint, string Weights, string Optimiser) Checkpoint(int version, string parent, string root, TrainerState state)
    {
        var weights = _run.Stored("model.safetensors", SmallRun.Tensors($"branch {version}", new Dictionary<string, string>
        {
            ["run"] = $"{Id:D}", ["version"] = $"{version}", ["parent"] = parent, ["batch_root"] = root,
        }));
        var optimiser = _run.Stored(PolicyTrainer.OptimiserPath, SmallRun.Tensors($"branch moments {version}", null));
        var file = new MemoryStream();
        state.Write(file);
        return (_run.Manifest([weights, optimiser, _run.Stored(TrainerState.Path, file.ToArray())]), weights.Sha256, optimiser.Sha256);
    }

    IEnumerable<T> Of<T>() => _run.History.Events.Where(@event => @event.Type == EventNames.All[typeof(T)])
        .Select(@event => System.Text.Json.JsonSerializer.Deserialize<T>(@event.Json, ContractJson.Options)!);

    T Forged<T>(T written) where T : notnull => (T)(_forge(written) ?? written);

    void Append(string kind, object discriminator, object data)
    {
        _run.History.Append(Streams.Run(Id), kind, discriminator, data);
        _stream.Add(data);
    }
}
