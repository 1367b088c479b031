using Pipeline.Contracts;

namespace Pipeline.Learning.PlanStep;

/// <summary>Which captions a step or an evaluation asks for. Pure: the same run and step give the same plan on every machine.</summary>
public static class StepPlan
{
    /// <summary>
    /// A step's captions. Pictures are taken in rounds; each round visits every picture once, in the order of a hash keyed by (seed, round).
    /// A set smaller than a step is visited several times in it, each visit a further sample of its picture.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="pictures">SHA-256 of each training picture; at least one.</param>
    /// <returns><see cref="RunSettings.BatchSize"/> requests; the samples of one picture lie side by side.</returns>
    public static IReadOnlyList<CaptionRequest> Training(Guid runId, RunSettings settings, int step, IReadOnlyList<string> pictures)
    {
        var requests = new List<CaptionRequest>(settings.BatchSize);
        var samples = new Dictionary<string, int>();
        var perStep = settings.BatchSize / settings.SamplesPerPicture;
        for (var place = 0; place < perStep; place++)
        {
            var visit = (long)step * perStep + place;
            var picture = Round(settings.Seed, visit / pictures.Count, pictures)[(int)(visit % pictures.Count)];
            for (var k = 0; k < settings.SamplesPerPicture; k++)
            {
                var sample = samples.GetValueOrDefault(picture);
                samples[picture] = sample + 1;
                requests.Add(new CaptionRequest(
                    Ids.Caption(runId, step, picture, sample), picture, sample, Ids.Seed(settings.Seed, step, picture, sample)));
            }
        }
        return requests;
    }

    /// <summary>A branch's step: the captions of a recorded step, whichever version of the other run wrote them.</summary>
    /// <param name="runId">The branch.</param>
    /// <param name="branch">What it learns from.</param>
    /// <param name="recorded">The step of the other run.</param>
    public static StepOpened OfBranch(Guid runId, BranchSettings branch, StepOpened recorded) =>
        new(runId, recorded.Step - branch.FirstStep, recorded.Policy, recorded.Captions);

    /// <summary>An evaluation's captions: one of each picture. Its seeds do not depend on the version, so that versions are compared on equal draws.</summary>
    public static IReadOnlyList<CaptionRequest> Evaluation(
        Guid runId, RunSettings settings, int version, string split, DecodingMode mode, IReadOnlyList<string> pictures) =>
        [.. pictures.Select(picture => new CaptionRequest(
            Ids.EvaluationCaption(runId, version, split, mode.ToString(), picture), picture, 0, Ids.Seed(settings.Seed, -1, picture, 0)))];

    /// <summary>Whether a version is evaluated, when there are held-out pictures: the first, the last, and every so many between.</summary>
    public static bool IsEvaluated(RunSettings settings, int version) =>
        version == 0 || version == settings.Steps || (settings.EvaluateEvery > 0 && version % settings.EvaluateEvery == 0);

    static string[] Round(long seed, long round, IReadOnlyList<string> pictures)
    {
        var key = Uuid5.Create(Uuid5.Url, $"round/{seed}/{round}");
        return [.. pictures.Select(picture => (picture, order: Uuid5.Create(key, picture).ToString("N")))
            .OrderBy(entry => entry.order, StringComparer.Ordinal).Select(entry => entry.picture)];
    }
}
