using System.CommandLine;
using System.Diagnostics;
using Npgsql;
using Pipeline.Cli.Lineage;
using Pipeline.Cli.Projections;
using Pipeline.Hosting;
using Pipeline.Testing;
using Spectre.Console;

namespace Pipeline.Benchmarks.Lineage;

/// <summary>How long questions about lineage take in a store of a million events: as commands of this process and as processes of their own.</summary>
static class LineageBenchmark
{
    const int Times = 5;

    /// <summary>Fills a store, asks, and prints a table.</summary>
    public static async Task RunAsync(int events)
    {
        await using var stack = new TestStack();
        await stack.InitializeAsync();
        await using var host = await PipelineHost.StartAsync(
            stack, builder => builder.AddPipelineDefaults("benchmark"), new Dictionary<string, string?> { ["Pipeline:LogLevel"] = "Fatal" });
        foreach (var (key, value) in stack.Settings) Environment.SetEnvironmentVariable(key.Replace(":", "__"), value);

        var store = new MillionEvents(host.Get<NpgsqlDataSource>());
        var clock = Stopwatch.StartNew();
        var large = await store.WriteRunAsync(steps: 1000);
        var run = large;
        while (store.Events < events) run = await store.WriteRunAsync(steps: 50);
        await using (var analyze = host.Get<NpgsqlDataSource>().CreateCommand("vacuum analyze"))
        {
            analyze.CommandTimeout = 0;
            await analyze.ExecuteNonQueryAsync();
        }
        Console.WriteLine($"{store.Events:N0} events, written in {clock.Elapsed.TotalSeconds:0} s");

        await OnceAsync("the first question, which takes all events", LineageCommand.Create, $"lineage --caption {run.Caption}");
        run = await store.WriteRunAsync(steps: 50);
        await OnceAsync("the first question after another run (6,102 events more)", LineageCommand.Create, $"lineage --caption {run.Caption}");
        await TimesAsync("what is behind a version, by run (50 steps, 2,000 captions)", LineageCommand.Create, $"lineage {run.RunId}@50");
        await TimesAsync("what is behind weights, by their SHA-256 (the same)", LineageCommand.Create, $"lineage {run.Weights}");
        await TimesAsync("what is behind 1,000 steps (40,000 captions)", LineageCommand.Create, $"lineage {large.Weights}");
        await TimesAsync("who learned from a caption", LineageCommand.Create, $"lineage --caption {run.Caption}");
        await TimesAsync("who learned from a picture", LineageCommand.Create, $"lineage --image {MillionEvents.Picture(7)[..12]}");
        await OnceAsync("projections rebuild", ProjectionsCommand.Create, "projections rebuild");
    }

    static async Task OnceAsync(string what, Func<IAnsiConsole, Command> command, string arguments) =>
        Console.WriteLine($"{what}: {await HereAsync(command, arguments):0.00} s");

    static async Task TimesAsync(string what, Func<IAnsiConsole, Command> command, string arguments)
    {
        var here = new List<double>();
        for (var i = 0; i < Times; i++) here.Add(await HereAsync(command, arguments));
        var process = new List<double>();
        for (var i = 0; i < Times; i++) process.Add(await AsProcessAsync(arguments));
        Console.WriteLine($"{what}: {Median(here):0.00} s, largest {here.Max():0.00} s; as a process {Median(process):0.00} s, largest {process.Max():0.00} s");
    }

    static async Task<double> HereAsync(Func<IAnsiConsole, Command> command, string arguments)
    {
        var said = Console.Out;
        Console.SetOut(TextWriter.Null);
        var clock = Stopwatch.StartNew();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
        var code = await new RootCommand { command(console) }.Parse(arguments).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        Console.SetOut(said);
        return code == 0 ? clock.Elapsed.TotalSeconds : throw new InvalidOperationException($"{arguments} ended with {code}.");
    }

    static async Task<double> AsProcessAsync(string arguments)
    {
        var clock = Stopwatch.StartNew();
        var assembly = Path.Combine(Repository.Root, "cli", "bin", "Release", "net10.0", "Pipeline.Cli.dll");
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments.Split(' ')]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? clock.Elapsed.TotalSeconds : throw new InvalidOperationException($"{arguments} ended with {process.ExitCode}.");
    }

    static double Median(IEnumerable<double> values) => values.Order().ElementAt(Times / 2);
}
