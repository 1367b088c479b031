using System.CommandLine;
using Pipeline.Cli.Local;
using Pipeline.Cli.Reports;
using Pipeline.Cli.Studio;
using Pipeline.Cli.Terminal;
using Pipeline.Cli.WatchRun;
using Pipeline.Contracts;
using Spectre.Console;

namespace Pipeline.Cli.Demo;

/// <summary>
/// <c>demo</c>: the embedded captioner learns from the retrieval reward, from drawings of what it says, or from both, while an oracle that
/// nobody learns from keeps watch.
/// </summary>
sealed class DemoCommand(IAnsiConsole console)
{
    const int PicturesShown = 8;

    readonly Option<string[]> _rewards = new Option<string[]>("--reward")
    {
        Description = "What it learns from, may be repeated: blip, or vgg, for which each caption is drawn.",
        DefaultValueFactory = _ => ["blip"],
    }.AcceptOnlyFromAmong("blip", "vgg");

    readonly Option<int?> _pictures = new("--pictures")
    {
        Description = "Learn from the first so many pictures (default: all; 8 when captions are drawn).",
    };

    readonly Option<FileInfo?> _json = new("--json") { Description = "Write the figures to a file." };
    readonly Option<int?> _steps = new("--steps") { Description = "Learning steps (default: the preset's)." };
    readonly Option<bool> _exit = new("--exit") { Description = "End at once instead of leaving Studio running until Ctrl-C: for scripts." };
    readonly Option<long?> _seed = new("--seed") { Description = "Decides every random number." };

    public static Command Create(IAnsiConsole console)
    {
        var demo = new DemoCommand(console);
        var command = new Command("demo", "From nothing to a captioner that learned, in minutes.")
        {
            demo._rewards, demo._pictures, demo._json, demo._steps, demo._seed, demo._exit,
        };
        command.SetAction(demo.InvokeAsync);
        return command;
    }

    async Task<int> InvokeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(_pictures) < 1) throw new CliException("--pictures must be at least 1");
        var stack = LocalStack.Find();
        using var alone = DemoLock.Take(stack);
        try
        {
            if (!LocalStack.IsElsewhere) await Busy.ShowAsync(console, "Starting the services", stack.LendAsync);
            var code = await RunAsync(parsed, stack, cancellation);
            if (!parsed.GetValue(_exit)) await StayAsync(stack, cancellation);
            return code;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Console.WriteLine("Interrupted. Nothing is lost: the same command goes on where this one was.");
            return 130;
        }
        finally
        {
            if (!LocalStack.IsElsewhere) await Busy.ShowAsync(console, "Stopping everything", stack.ReturnAsync);
        }
    }

    async Task<int> RunAsync(ParseResult parsed, LocalStack stack, CancellationToken cancellation)
    {
        await using var connection = stack.Open();
        var request = new DemoRequest(
            [.. parsed.GetValue(_rewards)!.Distinct()], parsed.GetValue(_pictures), parsed.GetValue(_steps), parsed.GetValue(_seed));
        var settings = await new DemoSettings(connection, stack).ResolveAsync(request, cancellation);
        var (runId, seen) = await StartOrGoOnAsync(connection, settings, cancellation);
        if (!LocalStack.IsElsewhere) Console.WriteLine($"Watch it in a browser: {await StudioLink.NewAsync(connection, stack, cancellation)}");

        var run = await Watching.WatchAsync(
            console, connection, runId, seen, "Ctrl-C stops everything; the same command goes on later", cancellation);
        if (run.State != RunState.Completed) throw new CliException(RunView.StateLine(run));

        var report = await RunReport.LoadAsync(connection, run, cancellation);
        if (parsed.GetValue(_json) is { } json) await JsonFile.WriteAsync(json.FullName, report, cancellation);
        var checkpoint = await ExportAsync(connection, stack, run, cancellation);
        await ShowAsync(connection, run, report, checkpoint, cancellation);
        return 0;
    }

    /// <summary>Leaves Studio and all else running until Ctrl-C, unless it stays up anyway.</summary>
    static async Task StayAsync(LocalStack stack, CancellationToken cancellation)
    {
        if (LocalStack.IsElsewhere) return;
        await using (var connection = stack.Open())
            Console.WriteLine($"Look at it in a browser: {await StudioLink.NewAsync(connection, stack, cancellation)}");
        if (stack.IsLasting)
        {
            Console.WriteLine($"Studio stays up until {ThisCommand.Name} down; {ThisCommand.Name} studio prints another link.");
            return;
        }
        Console.WriteLine("Ctrl-C stops everything (--exit does so at once).");
        try
        {
            await Task.Delay(Timeout.Infinite, cancellation);
        }
        catch (OperationCanceledException)
        {
            // That is how it ends well.
        }
    }

    /// <summary>Goes on with the last demo of these settings when it is unfinished; else starts a new one.</summary>
    /// <returns>The run, and how many of its events are old news.</returns>
    static async Task<(Guid RunId, long Seen)> StartOrGoOnAsync(Connection connection, RunSettings settings, CancellationToken cancellation)
    {
        var (earlier, next) = await new RunStarter(connection).AttemptsAsync(settings, cancellation);
        if (earlier is [.., { State: not RunState.Completed } unfinished])
        {
            var done = $"{unfinished.Steps.Count} of {settings.Steps} steps are done";
            Console.WriteLine($"Going on with run {Format.Short(unfinished.RunId)}: {done}.");
            if (unfinished.State == RunState.Running) return (unfinished.RunId, 0); // the Learner took it up when it started
            await connection.SendAsync(new ResumeRun(unfinished.RunId), cancellation);
            return (unfinished.RunId, unfinished.Version);
        }
        await connection.SendAsync(new Contracts.StartRun(next, settings), cancellation);
        return (next, 0);
    }

    static async Task<string> ExportAsync(Connection connection, LocalStack stack, RunHistory run, CancellationToken cancellation)
    {
        var folder = Path.Combine(stack.RunsFolder, Format.Short(run.RunId), "checkpoint");
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        await connection.Checkpoints.ExportAsync(run.Policy!.Checkpoint, folder, cancellation);
        return folder;
    }

    async Task ShowAsync(Connection connection, RunHistory run, RunReport report, string checkpoint, CancellationToken cancellation)
    {
        console.Write(ReportTables.Captions(run, await HeldOutCaptions.LoadAsync(connection, run, PicturesShown, cancellation)));
        console.Write(ReportTables.Figures(report));
        console.Write(ReportTables.CrossScores(report));
        console.Write(ReportTables.TrainingScores(report));
        console.Write(ReportTables.Metrics(report));
        foreach (var suspected in report.Suspicions) Console.WriteLine($"Warning: {SuspicionText.Sentence(suspected)}");
        if (report.Drawings is { } drawings) Console.WriteLine(drawings.Sentence());
        var pace = $"{report.CaptionsPerSecond:0.0} captions/s, evaluations included";
        Console.WriteLine($"{report.Steps} steps, {run.Captions()} captions in {report.Seconds:0} s: {pace}.");
        Console.WriteLine($"The checkpoint is in {ShortPath.Of(checkpoint)} (Hugging Face layout). Try it:");
        Console.WriteLine($"  {ThisCommand.Name} caption IMAGE --checkpoint {ShortPath.Of(checkpoint)}");
    }
}
