using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Pipeline.Benchmarks;
using Pipeline.Benchmarks.Lineage;
using Pipeline.Benchmarks.Replays;
using Pipeline.Benchmarks.Scaling;

// dotnet run -c Release --project tests/Benchmarks -- --filter '*'          everything
// dotnet run -c Release --project tests/Benchmarks -- --once --filter '*'   each once after a warm-up: minutes instead of an hour
//
// dotnet run -c Release --project tests/Benchmarks -- scaling               throughput with 1, 4, 16 and 64 Diffusion workers
// dotnet run -c Release --project tests/Benchmarks -- replay                a replay against the reward in a bare loop
// dotnet run -c Release --project tests/Benchmarks -- lineage               questions about lineage in a store of a million events
//
// In this process, because BenchmarkDotNet would otherwise build a copy of the project, natives and all. Pipeline__TorchThreads fixes the
// number of threads, as in the services.
if (args is ["scaling"])
{
    await ScalingSimulation.RunAsync([1, 4, 16, 64], TimeSpan.FromSeconds(2));
    return;
}
if (args is ["lineage", ..])
{
    await LineageBenchmark.RunAsync(args.Length > 1 ? int.Parse(args[1]) : 1_000_000);
    return;
}

var threads = Environment.GetEnvironmentVariable("Pipeline__TorchThreads");
if (threads is not null) TorchSharp.torch.set_num_threads(int.Parse(threads));

if (args is ["replay"])
{
    await ReplayBenchmark.RunAsync();
    return;
}

var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithUnrollFactor(1).WithInvocationCount(1);
var config = ManualConfig.CreateEmpty()
    .AddJob(args.Contains("--once") ? job.WithWarmupCount(1).WithIterationCount(1) : job.WithWarmupCount(3).WithIterationCount(15))
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddColumn(StatisticColumn.Min, new TokensPerSecond())
    .AddLogger(ConsoleLogger.Default)
    // TorchSharp's assembly is built without the flag that the validator looks for.
    .WithOptions(ConfigOptions.DisableOptimizationsValidator);
BenchmarkSwitcher.FromAssembly(typeof(TokensPerSecond).Assembly).Run([.. args.Where(arg => arg != "--once")], config);
