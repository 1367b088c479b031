using Pipeline.Contracts;
using Pipeline.Learning.Steps;
using Pipeline.Learning.UpdatePolicy;
using Pipeline.Models.Safetensors;
using static TorchSharp.torch;

namespace Pipeline.Learning.Tests.UpdatePolicy;

/// <summary>Learning from captions that another policy wrote and another reward scored.</summary>
public sealed class BranchTests
{
    static (double Ess, double Mean) Importance(float[,] proximal, float[,] behaviour, float[,] mask)
    {
        using var scope = NewDisposeScope();
        var figures = ImportanceFigures.Of(tensor(proximal), tensor(behaviour), tensor(mask)).ToDictionary(figure => figure.Name, figure => figure.Value);
        return (figures["importance/ess"], figures["importance/mean"]);
    }

    [Fact]
    public void As_many_captions_speak_for_the_policy_as_its_weights_are_alike()
    {
        var all = new float[,] { { 1, 1 }, { 1, 0 } };
        Importance(new float[,] { { -1, -2 }, { -3, 0 } }, new float[,] { { -1, -2 }, { -3, 0 } }, all).ShouldBe((2, 1));

        // Weights of 1 and 3, the second only by its real token: (1 + 3)^2 / (1 + 9), mean 2.
        var (ess, mean) = Importance(new float[,] { { -1, -2 }, { MathF.Log(3) - 4, 9 } }, new float[,] { { -1, -2 }, { -4, 0 } }, all);
        ess.ShouldBe(1.6, 1e-6);
        mean.ShouldBe(2, 1e-6);

        // A weight that no number holds leaves one caption that counts, and figures that JSON can say.
        (ess, mean) = Importance(new float[,] { { 2000, 0 }, { -3, 0 } }, new float[,] { { -1, 0 }, { -3, 0 } }, all);
        ess.ShouldBe(1, 1e-6);
        double.IsFinite(mean).ShouldBeTrue();
    }

    [Fact]
    public void A_branch_begins_with_the_weights_of_its_parent_and_nothing_else_that_was_remembered()
    {
        using var parent = new TinyRun();
        parent.Learn(2);
        var settings = parent.Settings with
        {
            Rewards = new Dictionary<string, double> { ["watched"] = 1 },
            Branch = new BranchSettings(Guid.Empty, new PolicyRef(2, new string('c', 64)), 2, Guid.Empty),
        };
        using var branch = PolicyTrainer.Load(TinyRun.Reference, parent.At(2), settings, TinyRun.Pixels, isBeginning: true);

        branch.Version.ShouldBe(0);
        Weights(branch).ShouldBe(WeightsOf(parent.At(2)));
        Weights(branch).ShouldNotBe(WeightsOf(TinyRun.Reference));
        var first = branch.Learn(0, [.. parent.Sample(2, parent.At(2), version: 0)]);
        first.Metrics.Keys.ShouldNotContain("importance/ess", "its own policy wrote them");
        first.Metrics["objective/kl_coef"].ShouldBe(settings.Ppo.KlCoefficient);
        var second = branch.Learn(1, [.. parent.Sample(3, parent.At(2), version: 0)]);
        second.Metrics["importance/ess"].ShouldBeInRange(1, 8);
        second.Metrics["importance/ess"].ShouldBeLessThan(8);
    }

    [Fact]
    public void A_step_s_root_covers_each_caption_and_its_new_score()
    {
        var (run, policy) = (Guid.NewGuid(), new PolicyRef(7, "parent"));
        CaptionRequest[] requests = [.. Enumerable.Range(0, 2).Select(i => new CaptionRequest(Guid.NewGuid(), "picture", i, i))];
        CaptionSampled[] captions = [.. requests.Select(request => new CaptionSampled(
            request.CaptionId, run, 5, CaptionPurpose.Training, "picture", request.Sample, request.Seed, policy, new Decoding(DecodingMode.Sample),
            "a star", [1, 2], [-1, -2]))];
        Dictionary<Guid, CaptionRescored> Scores(double score) => requests.ToDictionary(request => request.CaptionId, request => new CaptionRescored(
            run, request.CaptionId, "new", score, [], new Dictionary<string, double>(), "model"));
        var step = new StepOpened(Guid.NewGuid(), 0, policy, requests);

        var record = StepRecord.FromReplay(step, captions, Scores(0.5));

        record.Captions.ShouldAllBe(caption => caption.PolicyVersion == 0 && caption.Scores.Single().Key == "new");
        record.BatchRoot.ShouldBe(MerkleTree.Root(
            [.. requests.SelectMany((request, i) => (byte[][])[CanonicalJson.Serialize(captions[i]), CanonicalJson.Serialize(Scores(0.5)[request.CaptionId])])]));
        StepRecord.FromReplay(step, captions, Scores(0.6)).BatchRoot.ShouldNotBe(record.BatchRoot);
        Should.Throw<IncompleteStepException>(() => StepRecord.FromReplay(step, captions[1..], Scores(0.5))).Message.ShouldContain("is not in the store");
        var missing = Scores(0.5);
        missing.Remove(requests[1].CaptionId);
        Should.Throw<IncompleteStepException>(() => StepRecord.FromReplay(step, captions, missing)).Message.ShouldContain("the replay has no score");
    }

    static float[] Weights(PolicyTrainer trainer)
    {
        using var stream = new MemoryStream();
        trainer.Checkpoint(new Dictionary<string, string>()).Single(file => file.Path == "model.safetensors").Write(stream);
        stream.Position = 0;
        using var file = SafetensorsFile.Open(stream, "branch");
        return Values(file);
    }

    static float[] WeightsOf(Models.IModelFiles files)
    {
        using var file = SafetensorsFile.Open(files);
        return Values(file);
    }

    static float[] Values(SafetensorsFile file) =>
        [.. file.Entries.OrderBy(entry => entry.Name, StringComparer.Ordinal).Where(entry => entry.Type == TensorType.F32).SelectMany(entry => file.ReadSingles(entry.Name))];
}
