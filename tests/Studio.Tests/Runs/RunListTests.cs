using JasperFx;
using Marten;
using Npgsql;
using Pipeline.Hosting;
using Pipeline.Seeding;
using Pipeline.Studio.Runs;

namespace Pipeline.Studio.Tests.Runs;

public sealed class RunListTests(StudioHost studio) : IClassFixture<StudioHost>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_pace_of_a_run_does_not_count_what_happens_to_it_after_its_last_step()
    {
        await studio.Host.Get<IDocumentStore>().Storage.ApplyAllConfiguredChangesToDatabaseAsync(AutoCreate.CreateOrUpdate);
        var seeded = await SeededRun.WriteAsync(
            studio.Host.Get<NpgsqlDataSource>(), studio.Host.Get<IBlobStore>(), new() { Steps = 20, BranchSteps = 5, EvaluateEvery = 10, ReplayedCaptions = 50 }, Cancel);
        var before = await PaceAsync(seeded.RunId);
        before.ShouldNotBeNull().ShouldBeGreaterThan(0);

        await studio.AppendAsync(Streams.Run(seeded.RunId), new RunArchived(seeded.RunId, 20, [], []));
        (await PaceAsync(seeded.RunId)).ShouldBe(before);
    }

    async Task<double?> PaceAsync(Guid runId) =>
        (await studio.Host.Get<RunList>().PageAsync(0, 10, Cancel)).Runs.Single(run => run.RunId == runId).CaptionsPerSecond;
}
