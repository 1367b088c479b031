using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Contracts;
using Pipeline.Diffusion.PlanDrawings;
using Pipeline.Diffusion.RenderImages;
using Pipeline.Hosting;
using Pipeline.Testing;

namespace Pipeline.Benchmarks.Scaling;

/// <summary>
/// How throughput grows with Diffusion workers: the service's own consumers, broker and store, and a drawer that takes real time but no
/// CPU, as a GPU elsewhere would. Ideal is workers / time per caption.
/// </summary>
static class ScalingSimulation
{
    const int PerWorker = 10;

    /// <summary>Measures with each number of workers in turn and prints a table.</summary>
    public static async Task RunAsync(IReadOnlyList<int> workers, TimeSpan perCaption)
    {
        await using var stack = new TestStack();
        await stack.InitializeAsync();
        Console.WriteLine($"{perCaption.TotalSeconds} s for a caption's five drawings, {PerWorker} captions for each worker");
        Console.WriteLine("workers  captions  seconds  captions/s  ideal/s  of ideal  cores (workers only)");
        foreach (var count in workers) Console.WriteLine(await MeasureAsync(stack, count, perCaption));
    }

    static async Task<string> MeasureAsync(TestStack stack, int count, TimeSpan perCaption)
    {
        await using var listener = await HostAsync(stack, "scaling", perCaption, bus => bus.AddConsumer<Arrivals>());
        var drawers = new List<PipelineHost>();
        for (var i = 0; i < count; i++)
            drawers.Add(await HostAsync(stack, "diffusion", perCaption, bus =>
            {
                bus.AddConsumer<PlanDrawingsConsumer, PlanDrawingsConsumerDefinition>();
                bus.AddConsumer<RenderImagesConsumer, RenderImagesConsumerDefinition>();
            }));

        var captions = count * PerWorker;
        var arrived = Arrivals.Expect(captions);
        var (clock, cpu) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
        foreach (var batch in Enumerable.Range(0, captions).Chunk(10))
            await listener.Get<IBus>().Publish(Sampled(batch));
        await arrived;
        var seconds = clock.Elapsed.TotalSeconds;
        var cores = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds / seconds;
        foreach (var drawer in drawers) await drawer.DisposeAsync();

        var (rate, ideal) = (captions / seconds, count / perCaption.TotalSeconds);
        return $"{count,7}  {captions,8}  {seconds,7:0.0}  {rate,10:0.00}  {ideal,7:0.00}  {rate / ideal,8:0%}  {cores:0.00}";
    }

    static Task<PipelineHost> HostAsync(TestStack stack, string service, TimeSpan perCaption, Action<IBusRegistrationConfigurator> bus) =>
        PipelineHost.StartAsync(stack, builder =>
        {
            builder.Services.AddSingleton<IDrawer>(services => new SleepingDrawer(services.GetRequiredService<IBlobStore>(), perCaption));
            builder.AddPipelineDefaults(service, bus);
        }, new Dictionary<string, string?>
        {
            ["Pipeline:LogLevel"] = "Fatal",
            ["Pipeline:Postgres"] = $"{stack.Postgres};Maximum Pool Size=4",
        });

    static CaptionsSampled Sampled(int[] batch)
    {
        var run = Guid.NewGuid();
        return new CaptionsSampled(
            run, 0, Guid.NewGuid(), ["vgg"],
            [.. batch.Select(i => new CaptionSampled(
                Guid.NewGuid(), run, 0, CaptionPurpose.Training, new string('b', 64), i, Random.Shared.NextInt64(), new PolicyRef(0, new string('a', 64)),
                new Decoding(DecodingMode.Sample), $"a caption of twenty tokens, number {i}", [.. Enumerable.Range(0, 20)], [.. Enumerable.Repeat(-1f, 20)]))],
            1, new DrawingSettings { Rewards = ["vgg"] });
    }
}
