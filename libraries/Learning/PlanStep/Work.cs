using Pipeline.Contracts;

namespace Pipeline.Learning.PlanStep;

/// <summary>A piece of work under way: a step or an evaluation, as the commands that it consists of.</summary>
/// <param name="Commands">Its micro-batches in order; the grouping follows from the settings and is the same after a restart.</param>
public sealed record Work(IReadOnlyList<SampleCaptions> Commands)
{
    /// <summary>The commands of an opened step; none for a step whose captions are recorded already.</summary>
    public static Work Of(StepOpened step, RunSettings settings) => new(settings.Branch is not null ? [] : Cut(
        step.RunId, step.Step, CaptionPurpose.Training, step.Policy,
        new Decoding(DecodingMode.Sample, settings.MaxNewTokens, settings.Temperature), settings, step.Captions));

    /// <summary>The commands of an opened evaluation.</summary>
    public static Work Of(EvaluationOpened evaluation, RunSettings settings) => new(Cut(
        evaluation.RunId, evaluation.Policy.Version, CaptionPurpose.Evaluation, evaluation.Policy, evaluation.Decoding, settings,
        evaluation.Captions));

    /// <summary>Every caption in order.</summary>
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
