using Pipeline.Contracts;

namespace Pipeline.Cli.Tests;

/// <summary>
/// A small run's events as its stream holds them: two steps of two captions, one second each, evaluated before and after.
/// </summary>
static class RecordedRun
{
    public static readonly Guid Id = Guid.Parse("01234567-89ab-5cde-8f01-23456789abcd");
    static readonly string Hash = new('a', 64);
    static readonly DateTimeOffset Start = new(2025, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static readonly RunSettings Settings = new()
    {
        Name = "small", Captioner = Hash, TrainPictures = Hash, HeldOutPictures = Hash, Steps = 2, BatchSize = 2,
        Rewards = new Dictionary<string, double> { ["blip"] = 2, ["oracle"] = 0 },
    };

    /// <summary>The whole stream.</summary>
    public static IReadOnlyList<object> Events { get; } =
    [
        new RunStarted(Id, Settings), .. Evaluation(0, 0.5, 0.4), Opened(0), Updated(1, 0.6, 0.1), Opened(1), Updated(2, 0.7, 0.3),
        .. Evaluation(2, 0.8, 0.6), new RunCompleted(Id, new PolicyRef(2, Hash), Hash),
    ];

    /// <summary>The run after its first <paramref name="events"/> events.</summary>
    public static RunHistory After(int events) => Apply(new RunHistory(Id), Events.Take(events));

    /// <summary>Applies events, one second apart.</summary>
    public static RunHistory Apply(RunHistory run, IEnumerable<object> events)
    {
        foreach (var @event in events) run.Apply(@event, Start.AddSeconds(run.Version));
        return run;
    }

    /// <summary>The run to its end, with evaluations that have metrics, and suspected to have hacked its reward.</summary>
    public static RunHistory Suspected() => Apply(new RunHistory(Id), Events.SelectMany(IEnumerable<object> (@event) => @event switch
    {
        Evaluated done => [done with { Metrics = Metrics(done.Version) }],
        RunCompleted => [Suspicion, @event],
        _ => [@event],
    }));

    public static readonly RewardHackingSuspected Suspicion = new(
        Id, 2, new MeasuredChange("blip", 0.6, 0.7, 0.05, 0.15),
        [new("fluency", -0.75, -2.25, -2, -1, DecodingMode.Sample), new("fluency", -0.75, -2, -2, -1, DecodingMode.Greedy)]);

    static Dictionary<string, double> Metrics(int version) =>
        new() { ["perplexity"] = 2 + version, ["cider_d"] = 1.5, ["rouge_l"] = 0.75, ["length"] = 6 };

    public static object Opened(int step) =>
        new StepOpened(Id, step, new PolicyRef(step, Hash), [.. Captions(step).Select(id => new CaptionRequest(id, Hash, 0, 1))]);

    static object Updated(int version, double blip, double kl) => new PolicyUpdated(
        Id, version, new PolicyRef(version - 1, Hash), Hash, Hash, Hash, Hash, Hash, Captions(version - 1),
        new Dictionary<string, RewardNormalisation>(),
        new Dictionary<string, double> { ["reward/blip/mean"] = blip, ["reward/oracle/mean"] = 0.25, ["objective/kl"] = kl },
        new Dictionary<string, double>
        {
            ["time/sample"] = 100, ["time/score"] = 50, ["time/update"] = 250, ["time/wait"] = 10, ["time/save"] = 5,
        });

    static Guid[] Captions(int step) => [.. Enumerable.Range(0, 2).Select(sample => Ids.Caption(Id, step, Hash, sample))];

    static object[] Evaluation(int version, double blip, double f1) =>
    [
        new EvaluationOpened(Id, new PolicyRef(version, Hash), "heldout", new Decoding(DecodingMode.Greedy), []),
        new EvaluationOpened(Id, new PolicyRef(version, Hash), "heldout", new Decoding(DecodingMode.Sample), []),
        Evaluated(version, DecodingMode.Greedy, blip, f1), Evaluated(version, DecodingMode.Sample, blip - 0.1, f1 - 0.1),
    ];

    static object Evaluated(int version, DecodingMode mode, double blip, double f1) => new Evaluated(
        Id, version, "heldout", mode,
        new Dictionary<string, RewardSummary>
        {
            ["blip"] = new(4, blip, 0.1, new Dictionary<string, double>()),
            ["oracle"] = new(4, f1, 0.1, new Dictionary<string, double>
            {
                ["precision"] = 0.9, ["recall"] = f1 / 2, ["f1"] = f1, ["hallucination"] = 0.1, ["grammatical"] = 1,
            }),
        },
        8.5);
}
