using System.CommandLine;
using Pipeline.Cli.Local;
using Pipeline.Cli.Reports;
using Pipeline.Cli.Runs;
using Pipeline.Cli.WatchRun;
using Pipeline.Replays;
using Spectre.Console;

namespace Pipeline.Cli.BranchRun;

/// <summary><c>branch RUN --from-replay REPLAY</c></summary>
sealed class BranchCommand(IAnsiConsole console)
{
    readonly Argument<string> _run = RunArgument.Required();

    readonly Option<string> _replay = new("--from-replay")
    {
        Description = "The replay that has the scores: its id or its beginning, or 'last'.", Required = true,
    };

    readonly Option<string?> _name = new("--name") { Description = "A name for people." };
    readonly Option<FileInfo?> _json = new("--json") { Description = "Write the finished run's figures to a file." };
    readonly Option<bool> _detach = new("--detach") { Description = "Return at once instead of watching." };

    public static Command Create(IAnsiConsole console)
    {
        var branch = new BranchCommand(console);
        var command = new Command("branch", "Train a new policy on a run's recorded captions with a replay's scores.")
        {
            branch._run, branch._replay, branch._name, branch._json, branch._detach,
        };
        command.SetAction(branch.InvokeAsync);
        return command;
    }

    async Task<int> InvokeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var stack = LocalStack.Find();
        if (!LocalStack.IsElsewhere) await stack.UpAsync(Console.Error.WriteLine);
        await using var connection = stack.Open();
        var runs = new RunCatalogue(connection);
        var run = await RecordedRun.LoadAsync(connection.Events, await runs.FindAsync(parsed.GetValue(_run)!, cancellation), cancellation);
        var replay = await new ReplayCatalogue(connection).FindAsync(parsed.GetValue(_replay)!, run.RunId, cancellation);
        var offered = await new RewardDiscovery(connection.Options).FindAsync([replay.Replay.Reward, .. run.Settings.Rewards.Keys], cancellation);
        var policies = await runs.LoadAsync(run.RunId, cancellation);
        var settings = BranchPlan.Settings(run, replay, policies, offered, parsed.GetValue(_name));
        await BranchSource.LoadAsync(connection.Events, settings.Branch!, settings.Steps, cancellation); // says now what the Learner would say later
        if (!settings.Rewards.Keys.All(offered.Offers))
            console.MarkupLineInterpolated($"No service offers {replay.Replay.Reward} now: the branch is not evaluated on held-out pictures.");

        var runId = await new RunStarter(connection).StartAsync(settings, cancellation);
        if (parsed.GetValue(_detach))
        {
            Console.WriteLine($"Run {runId:D} starts. Watch it with: {ThisCommand.Name} watch {Format.Short(runId)}");
            return 0;
        }
        var code = await WatchCommand.WatchToEndAsync(console, connection, runId, 0, cancellation);
        var made = await runs.LoadAsync(runId, cancellation);
        Console.WriteLine(EffectiveSamples.Sentence(made));
        if (parsed.GetValue(_json) is { } json && !cancellation.IsCancellationRequested)
            await JsonFile.WriteAsync(json.FullName, await RunReport.LoadAsync(connection, made, cancellation), cancellation);
        return code;
    }
}
