using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Learning.DetectHacking;
using Pipeline.Learning.PlanStep;
using Pipeline.Learning.Steps;

namespace Pipeline.Learner.DriveRuns;

/// <summary>Judges whether a run's version has hacked its reward, from what the store holds of its evaluations and of version 0's.</summary>
/// <param name="events">The store.</param>
/// <param name="runId">The run.</param>
/// <param name="heldOut">The pictures that evaluations are of.</param>
public sealed class Judge(EventAppender events, Guid runId, IReadOnlyList<Picture> heldOut)
{
    readonly IReadOnlyDictionary<string, IReadOnlyList<string>> references = CaptionFigures.References(heldOut);

    /// <summary>The suspicion against a version whose evaluations are closed; null when there is none.</summary>
    public async Task<RewardHackingSuspected?> SuspicionAsync(RunState state, int version, CancellationToken cancel) => HackingDetector.Judge(
        runId, version, state.Settings, [.. state.TrainedRewards.Take(version)], await MeasuredAsync(state, 0, cancel),
        await MeasuredAsync(state, version, cancel));

    async Task<IReadOnlyDictionary<DecodingMode, MeasuredCaptions>> MeasuredAsync(RunState state, int version, CancellationToken cancel)
    {
        var measured = new Dictionary<DecodingMode, MeasuredCaptions>();
        foreach (var evaluated in state.Judgements.Evaluations(version))
        {
            Guid[] captions =
            [
                .. StepPlan.Evaluation(
                    runId, state.Settings, version, evaluated.Split, evaluated.Mode, [.. heldOut.Select(picture => picture.Sha256)])
                    .Select(request => request.CaptionId),
            ];
            var streams = captions.Select(Streams.Caption).ToArray();
            var sampled = (await events.LoadAsync<CaptionSampled>(streams, cancel)).ToDictionary(caption => caption.CaptionId);
            var scores = await events.LoadAsync<CaptionScored>(streams, cancel);
            measured[evaluated.Mode] = MeasuredCaptions.Of(evaluated, [.. captions.Select(caption => sampled[caption])], scores, references);
        }
        return measured;
    }
}
