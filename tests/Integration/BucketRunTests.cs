using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Integration;

/// <summary>Services that share no disk: pictures, drawings and weights go from one to the other by a bucket.</summary>
[Collection(nameof(DrawnRun))]
public sealed class BucketRunTests(DrawnRun drawn)
{
    [Fact]
    public async Task A_run_with_its_blobs_in_a_bucket_learns_what_one_with_a_folder_learns()
    {
        await using var bucket = new TestS3();
        await bucket.InitializeAsync();

        var folders = await RunAsync(drawn.Pipeline);
        await using var pipeline = await TestPipeline.StartAsync(drawers: 1, bucket);
        var buckets = await RunAsync(pipeline);

        buckets.ShouldBe(folders);
        // Each service had to fetch what another one had put: the drawings among it, which nobody but Diffusion makes.
        (await bucket.RequestsAsync("GET", "run/")).ShouldBeGreaterThan(0);
    }

    static async Task<string> RunAsync(TestPipeline pipeline)
    {
        var runId = await pipeline.StartRunAsync(await pipeline.DrawnSettingsAsync() with { Steps = 2 });
        var completed = await pipeline.WaitForAsync<RunCompleted>(runId);
        (await pipeline.Broker.ParkedAsync()).ShouldBe(0);
        return completed.WeightsSha256;
    }
}
