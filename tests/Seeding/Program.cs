using System.CommandLine;
using System.Diagnostics;
using JasperFx;
using Marten;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Pipeline.Hosting;
using Pipeline.Seeding;

Option<int> steps = new("--steps") { Description = "Learning steps.", DefaultValueFactory = _ => 10_000 };
Option<int> captions = new("--captions-per-step") { Description = "Captions of a step.", DefaultValueFactory = _ => 10 };
Option<int> pictures = new("--pictures") { Description = "Training pictures, at most 128.", DefaultValueFactory = _ => 128 };
Option<int> seed = new("--seed") { Description = "Decides every random number.", DefaultValueFactory = _ => 1 };
Option<bool> drawn = new("--drawn") { Description = "Captions are drawn, and a reward looks at the drawings." };
var command = new RootCommand(
    """
    Fills a store with a finished run that never was, a replay of some of its captions and a branch from it: for looking at pages, and for measuring.
    The pictures are real ones; figures, captions and weights are made up. Merkle roots and links do not verify and there are no checkpoints but
    version 0, so `audit`, `rebuild` and `lineage` find the run bad. Nobody else can write meanwhile.
    The store is that of Pipeline__Postgres and Pipeline__Blobs, else of the file that PIPELINE_TEST_STACK names.
    """)
{
    steps, captions, pictures, seed, drawn,
};
command.SetAction(async (parsed, cancellation) =>
{
    var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
    // The bus must have an address, though nobody connects to it.
    builder.Configuration.AddInMemoryCollection([new("Pipeline:RabbitMq", "amqp://localhost/")]);
    if (Environment.GetEnvironmentVariable("PIPELINE_TEST_STACK") is { Length: > 0 } stack)
        builder.Configuration.AddInMemoryCollection(StackFile.ReadConfiguration(stack));
    builder.Configuration.AddEnvironmentVariables().AddInMemoryCollection([new("Pipeline:LogLevel", "Fatal")]);
    builder.AddPipelineDefaults("seeding");
    using var host = builder.Build();

    var clock = Stopwatch.StartNew();
    await host.Services.GetRequiredService<IDocumentStore>().Storage.ApplyAllConfiguredChangesToDatabaseAsync(AutoCreate.CreateOrUpdate);
    var options = new SeedOptions
    {
        Steps = parsed.GetValue(steps), CaptionsPerStep = parsed.GetValue(captions), Pictures = parsed.GetValue(pictures), Seed = parsed.GetValue(seed),
        Drawn = parsed.GetValue(drawn),
    };
    var run = await SeededRun.WriteAsync(
        host.Services.GetRequiredService<NpgsqlDataSource>(), host.Services.GetRequiredService<IBlobStore>(), options, cancellation);
    Console.WriteLine($"run     {run.RunId}");
    Console.WriteLine($"replay  {run.ReplayId}");
    Console.WriteLine($"branch  {run.BranchId}");
    Console.WriteLine($"{run.Events} events in {clock.Elapsed.TotalSeconds:0} s");
});
return await command.Parse(args).InvokeAsync();
