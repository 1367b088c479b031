using Pipeline.Contracts;

namespace Pipeline.Seeding;

/// <summary>The made-up run: steps that learn, evaluations in between, the end.</summary>
sealed class RunHistory
{
    /// <summary>How long a step takes on average, in seconds.</summary>
    public const double SecondsPerStep = 1.25;

    const int EventsAtOnce = 20_000;

    readonly CaptionHistory _captions;
    readonly EvaluationHistory _evaluations;
    readonly string _stream;

    /// <param name="options">How large it is.</param>
    /// <param name="pack">Its pictures.</param>
    /// <param name="attempt">How often the same run was written before.</param>
    public RunHistory(SeedOptions options, PackPictures pack, int attempt)
    {
        (Options, Pack, Numbers) = (options, pack, new Random(options.Seed));
        var rewards = new Dictionary<string, double> { ["blip"] = 1, ["oracle"] = 0 };
        if (options.Drawn) rewards["vgg"] = 0.5;
        Settings = new()
        {
            Name = "seeded", Captioner = pack.Captioner, TrainPictures = pack.TrainSet, HeldOutPictures = pack.HeldOutSet, Rewards = rewards,
            Steps = options.Steps, BatchSize = options.CaptionsPerStep, MicroBatch = options.CaptionsPerStep, Seed = options.Seed,
            EvaluateEvery = options.EvaluateEvery, Drawing = options.Drawn ? new DrawingSettings { Rewards = ["vgg"], Samples = 2 } : null,
        };
        RunId = Ids.Run(CanonicalJson.Sha256(Settings), attempt);
        _stream = Streams.Run(RunId);
        _captions = new(RunId, pack, Numbers, rewards.Keys);
        _evaluations = new(RunId, Settings, pack, _captions);
    }

    /// <summary>The run.</summary>
    public Guid RunId { get; }

    /// <summary>What was asked for.</summary>
    public RunSettings Settings { get; }

    /// <summary>How large it is.</summary>
    public SeedOptions Options { get; }

    /// <summary>Its pictures.</summary>
    public PackPictures Pack { get; }

    /// <summary>Where its random numbers come from.</summary>
    public Random Numbers { get; }

    /// <summary>The steps that are replayed: in the middle, where captions are neither the first nor the last.</summary>
    public int ReplayedSteps => Math.Min(Options.Steps, (Options.ReplayedCaptions + Options.CaptionsPerStep - 1) / Options.CaptionsPerStep);

    /// <summary>The first of them.</summary>
    public int FirstReplayedStep => (Options.Steps - ReplayedSteps) / 2;

    /// <summary>These steps and the scores of BLIP, once they are written.</summary>
    public List<(StepOpened Step, IReadOnlyList<CaptionScored> Scores)> Recorded { get; } = [];

    /// <summary>Seconds from the beginning to the end, once it is written.</summary>
    public double Seconds { get; private set; }

    /// <summary>A version of it.</summary>
    public PolicyRef Policy(int version) => new(version, version == 0 ? Settings.Captioner : SeededEvent.Hash($"{RunId} checkpoint {version}"));

    /// <summary>All events, some thousands at once.</summary>
    public IEnumerable<IReadOnlyList<SeededEvent>> Steps()
    {
        List<SeededEvent> events = [Own("run-started", "", new RunStarted(RunId, Settings))];
        for (var step = 0; step < Settings.Steps; step++)
        {
            var progress = (double)step / Settings.Steps;
            if (step % Settings.EvaluateEvery == 0) Seconds = _evaluations.Add(events, Policy(step), progress, Seconds);
            Learn(events, step, progress);
            if (events.Count < EventsAtOnce) continue;
            yield return events;
            events = [];
        }
        Seconds = _evaluations.Add(events, Policy(Settings.Steps), 1, Seconds);
        events.Add(Own("run-completed", "", new RunCompleted(RunId, Policy(Settings.Steps), SeededEvent.Hash($"{RunId} weights {Settings.Steps}"))));
        yield return events;
    }

    void Learn(List<SeededEvent> events, int step, double progress)
    {
        var opened = new StepOpened(RunId, step, Policy(step), [.. Enumerable.Range(0, Settings.BatchSize).Select(place => Request(step, place))]);
        events.Add(Own("step-opened", step, opened));
        var captions = _captions.Write(events, opened.Captions, CaptionPurpose.Training, step, opened.Policy, DecodingMode.Sample, progress, Seconds);
        Seconds += SecondsPerStep * (0.8 + (0.4 * Numbers.NextDouble()));
        if (step >= FirstReplayedStep && step < FirstReplayedStep + ReplayedSteps)
            Recorded.Add((opened, [.. captions.SelectMany(caption => caption.Scores).Where(score => score.Reward == "blip")]));
        events.Add(Own("policy-updated", step + 1, MadeUpFigures.Update(RunId, Settings, opened, captions, progress, Numbers)));
    }

    /// <summary>Pictures in rounds; a set smaller than a step is visited several times in it.</summary>
    CaptionRequest Request(int step, int place)
    {
        var picture = Pack.TrainPictures[(int)((((long)step * Settings.BatchSize) + place) % Pack.TrainPictures.Count)];
        var sample = place / Pack.TrainPictures.Count;
        return new(Ids.Caption(RunId, step, picture, sample), picture, sample, Ids.Seed(Settings.Seed, step, picture, sample));
    }

    SeededEvent Own(string kind, object discriminator, object data) =>
        new(_stream, Ids.Event(_stream, kind, discriminator), data, "learner", RunId, Seconds);
}
