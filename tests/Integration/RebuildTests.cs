using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Integration;

/// <summary>The log alone gives the weights again.</summary>
[Collection(nameof(DrawnRun))]
public sealed class RebuildTests(DrawnRun drawn) : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("pipeline-rebuilt-").FullName;

    /// <remarks>With captions that are only read it is done by <see cref="KilledAtRandomTests"/>.</remarks>
    [Fact]
    public async Task Every_version_is_made_again_bit_for_bit_also_of_a_run_with_drawings_whose_Learner_was_killed()
    {
        var pipeline = drawn.Pipeline;
        var runId = await pipeline.StartRunAsync(await pipeline.DrawnSettingsAsync() with { Seed = 3 });
        await pipeline.WaitForAsync<PolicyUpdated>(runId);
        await pipeline.Learner.KillAsync();
        pipeline.Learner.Start();
        await pipeline.WaitForAsync<RunCompleted>(runId);
        var newest = (await pipeline.HistoryAsync(runId)).OfType<PolicyUpdated>().Last();

        var (code, output) = await CommandLine.RunAsync(pipeline.Environment, "rebuild", runId.ToString("N"), "--out", Path.Combine(folder, "policy"));

        output.ShouldContain($"{newest.Version} versions made again; weights and optimiser of each are the recorded ones, bit for bit.");
        output.ShouldContain(newest.WeightsSha256);
        code.ShouldBe(0, output);
        // The whole checkpoint is the recorded one, not the weights alone.
        (await pipeline.Checkpoints.ImportAsync(Path.Combine(folder, "policy"), TestContext.Current.CancellationToken)).ShouldBe(newest.Checkpoint);
    }

    [Fact]
    public async Task What_differs_is_told_and_a_changed_log_version_0_or_a_folder_that_is_not_empty_is_refused()
    {
        var pipeline = drawn.Pipeline;
        var runId = await pipeline.StartRunAsync(await pipeline.SettingsAsync(steps: 2) with { Seed = 4 });
        await pipeline.WaitForAsync<RunCompleted>(runId);

        (await CommandLine.RunAsync(pipeline.Environment, "rebuild", $"{runId:N}@0", "--out", Path.Combine(folder, "none"))).Output.ShouldContain("nothing to rebuild");
        Directory.CreateDirectory(Path.Combine(folder, "full", "something"));
        (await CommandLine.RunAsync(pipeline.Environment, "rebuild", $"{runId}", "--out", Path.Combine(folder, "full"))).Output.ShouldContain("is not empty");

        const string other = "1111111111111111111111111111111111111111111111111111111111111111";
        var changed = await pipeline.ExecuteAsync(
            $"update mt_events set data = jsonb_set(data, '{{weightsSha256}}', '\"{other}\"') where type = 'policy_updated.v1' and data->>'runId' = '{runId}' and data->>'version' = '2'");
        changed.ShouldBe(1);
        var (code, output) = await CommandLine.RunAsync(pipeline.Environment, "rebuild", $"{runId}", "--out", Path.Combine(folder, "different"));
        code.ShouldBe(1, output);
        output.ShouldContain("1 of 2 versions are the recorded ones; version 2 is the first that differs");
        output.ShouldContain("In version 2, 0 of ");

        changed = await pipeline.ExecuteAsync(
            $"update mt_events set data = jsonb_set(data, '{{score}}', '0.123') where seq_id = (select min(seq_id) from mt_events where type = 'caption_scored.v1' and data->>'runId' = '{runId}' and data->>'step' = '1')");
        changed.ShouldBe(1);
        (code, output) = await CommandLine.RunAsync(pipeline.Environment, "rebuild", $"{runId}", "--out", Path.Combine(folder, "changed"));
        code.ShouldBe(1, output);
        output.ShouldContain("error: step ");
        output.ShouldContain("the events in the store are not those that version ");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
