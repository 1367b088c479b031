using Pipeline.Contracts;

namespace Pipeline.Learning.PlanStep;

/// <summary>A piece of work under way: a step or an evaluation, as the commands that it consists of.</summary>
/// <param name="Commands">Its micro-batches in order; the grouping follows from the settings and is the same after a restart.</param>
public sealed record Work(IReadOnlyList<SampleCaptions> Commands)
{
    /// <summary>
    /// The commands of an opened step; none for a step whose captions are recorded already. Self-critical learning has its baselines, the
    /// first caption of each picture, written greedily in micro-batches of their own.
    /// </summary>
    public static Work Of(StepOpened step, RunSettings settings)
    {
        if (settings.Branch is not null) return new([]);
        bool IsBaseline(CaptionRequest caption) => settings.Ppo.Advantage == AdvantageEstimator.Scst && caption.Sample == 0;
        List<SampleCaptions> Written(DecodingMode mode, IEnumerable<CaptionRequest> captions) => Cut(
            step.RunId, step.Step, CaptionPurpose.Training, step.Policy, new Decoding(mode, settings.MaxNewTokens, settings.Temperature),
            settings, [.. captions]);
        return new([
            .. Written(DecodingMode.Greedy, step.Captions.Where(IsBaseline)),
            .. Written(DecodingMode.Sample, step.Captions.Where(caption => !IsBaseline(caption))),
        ]);
    }

    /// <summary>The commands of an opened evaluation.</summary>
    public static Work Of(EvaluationOpened evaluation, RunSettings settings) => new(Cut(
        evaluation.RunId, evaluation.Policy.Version, CaptionPurpose.Evaluation, evaluation.Policy, evaluation.Decoding, settings,
        evaluation.Captions));

    /// <summary>Every caption, in the order of the commands.</summary>
    public IEnumerable<CaptionRequest> Captions => Commands.SelectMany(command => command.Captions);

    static List<SampleCaptions> Cut(
        Guid runId, int step, CaptionPurpose purpose, PolicyRef policy, Decoding decoding, RunSettings settings,
        IReadOnlyList<CaptionRequest> captions)
    {
        // Ordered by name: a dictionary's order must not decide what a command looks like.
        string[] rewards = [.. settings.Rewards.Keys.Order(StringComparer.Ordinal)];
        return [.. captions.Chunk(settings.MicroBatch).Select(chunk => new SampleCaptions(
            runId, step, Ids.Batch(chunk.Select(caption => caption.CaptionId)), purpose, policy, decoding, rewards, chunk,
            settings.Drawing))];
    }
}
