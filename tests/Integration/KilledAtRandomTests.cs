using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Integration;

/// <summary>Whatever dies whenever: the history stays whole, and the log alone gives the weights again.</summary>
public sealed class KilledAtRandomTests : IDisposable
{
    const int Kills = 20;

    readonly string folder = Directory.CreateTempSubdirectory("pipeline-killed-").FullName;

    [Fact]
    public async Task A_run_whose_Learner_Rollout_and_Similarity_are_killed_twenty_times_is_audited_clean_and_rebuilt_bit_for_bit()
    {
        await using var pipeline = await TestPipeline.StartAsync();
        var settings = await pipeline.SettingsAsync(steps: 16) with { HeldOutPictures = null };
        var runId = await pipeline.StartRunAsync(settings);
        await pipeline.WaitForAsync<StepOpened>(runId);

        // Moments are counted in events, so that they fall into every part of the work on a fast machine and on a slow one.
        var (random, events) = (new Random(20), await pipeline.EventCountAsync());
        ServiceProcess[] services = [pipeline.Learner, pipeline.Rollout, pipeline.Similarity];
        for (var kill = 0; kill < Kills; kill++)
        {
            var (victim, moment) = (services[kill < 3 ? kill : random.Next(services.Length)], events + random.Next(1, 14));
            await Eventually.HoldsAsync($"{moment} events are stored", async () => (events = await pipeline.EventCountAsync()) >= moment);
            (await pipeline.HistoryAsync(runId)).ShouldNotContain(@event => @event is RunCompleted, "the run must last longer than the kills");
            await victim.KillAsync();
            victim.Start();
        }

        await pipeline.WaitForAsync<RunCompleted>(runId);
        (await pipeline.Broker.ParkedAsync()).ShouldBe(0);
        var history = await pipeline.HistoryAsync(runId);
        var learned = history.OfType<PolicyUpdated>().SelectMany(made => made.CaptionIds).ToArray();
        learned.Length.ShouldBe(settings.Steps * settings.BatchSize);
        learned.ShouldBeUnique("a caption trains a policy once");

        var (code, said) = await CommandLine.RunAsync(pipeline.Environment, "audit", $"{runId}");
        code.ShouldBe(0, said);
        said.ShouldContain("versions 16");
        (code, said) = await CommandLine.RunAsync(pipeline.Environment, "rebuild", $"{runId}", "--out", Path.Combine(folder, "policy"));
        code.ShouldBe(0, said);
        said.ShouldContain("16 versions made again; weights and optimiser of each are the recorded ones, bit for bit.");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
