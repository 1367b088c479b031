using System.CommandLine;
using Npgsql;
using Pipeline.Cli.Local;
using Pipeline.Cli.Terminal;
using Spectre.Console;

namespace Pipeline.Cli.Status;

/// <summary><c>status</c></summary>
static class StatusCommand
{
    const int RunsShown = 10;

    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("status", "Show processes, queues and runs.");
        command.SetAction((_, cancellation) => ShowAsync(console, LocalStack.Find(), withQueues: true, cancellation));
        return command;
    }

    /// <summary>Shows processes, queues and runs.</summary>
    /// <param name="console">Where.</param>
    /// <param name="stack">Of which stack.</param>
    /// <param name="withQueues">Whether to show queues: RabbitMQ counts every five seconds and knows nothing right after a start.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>The exit code: 0 when all is running and ready.</returns>
    public static async Task<int> ShowAsync(IAnsiConsole console, LocalStack stack, bool withQueues, CancellationToken cancellation)
    {
        var isHealthy = LocalStack.IsElsewhere || await ShowProcessesAsync(console, stack, cancellation);
        if (!LocalStack.IsElsewhere && !stack.Exists) return 1;

        await using var connection = stack.Open();
        if (withQueues) await ShowQueuesAsync(console, connection, cancellation);
        try
        {
            await ShowRunsAsync(console, connection, cancellation);
        }
        catch (NpgsqlException) when (!isHealthy)
        {
            // The table of processes has said so already.
        }
        return isHealthy ? 0 : 1;
    }

    static async Task<bool> ShowProcessesAsync(IAnsiConsole console, LocalStack stack, CancellationToken cancellation)
    {
        var processes = await ServiceProcess.FindAsync(stack, cancellation);
        var table = Table("process", "state", "pid", "address");
        foreach (var process in processes)
        {
            var state = process switch
            {
                { ProcessId: null } => "[red]stopped[/]",
                { Health: null or "ready" } => $"[green]{process.Health ?? "running"}[/]",
                _ => $"[yellow]{process.Health}[/]",
            };
            var address = process is { ProcessId: not null, Port: { } port } ? $"127.0.0.1:{port}" : "";
            table.AddRow(process.Name, state, $"{process.ProcessId}", address);
        }
        console.Write(table);
        var isHealthy = processes.All(process => process.ProcessId is not null && process.Health is null or "ready");
        if (!isHealthy)
            Console.WriteLine($"Start what is not running with: {ThisCommand.Up}   Logs: {ShortPath.Of(Path.Combine(stack.Folder, "logs"))}");
        return isHealthy;
    }

    static async Task ShowQueuesAsync(IAnsiConsole console, Connection connection, CancellationToken cancellation)
    {
        foreach (var alarm in await BrokerAlarm.FindAsync(connection.Options, cancellation)) console.MarkupLineInterpolated($"[red]{alarm}[/]");
        if (await Queue.AllAsync(connection.Options, cancellation) is not { Count: > 0 } queues) return;
        var parked = queues.Where(queue => queue.IsParked).ToDictionary(queue => queue.Name[..^Queue.Parked.Length], queue => queue.Messages);
        var table = Table("queue", "messages", "consumers", "parked");
        foreach (var queue in queues.Where(queue => !queue.IsParked))
        {
            var failed = parked.GetValueOrDefault(queue.Name);
            var consumers = queue.Consumers == 0 ? "[red]0[/]" : $"{queue.Consumers}";
            table.AddRow(Markup.Escape(queue.Name), $"{queue.Messages}", consumers, failed == 0 ? "0" : $"[red]{failed}[/]");
        }
        console.Write(table);
    }

    static async Task ShowRunsAsync(IAnsiConsole console, Connection connection, CancellationToken cancellation)
    {
        var runs = new RunCatalogue(connection);
        var table = Table("run", "name", "state", "step", "reward", "started");
        foreach (var run in (await runs.SummariesAsync(cancellation)).TakeLast(RunsShown))
        {
            var state = run.Phase.ToString().ToLowerInvariant() + (run.Archived is null ? "" : ", archived")
                + (run.Suspicions is null ? "" : ", suspected");
            table.AddRow(
                Format.Short(run.RunId), Markup.Escape(run.Settings.Name), state, $"{run.Policy.Version}/{run.Settings.Steps}",
                Format.Score(run.Reward), run.Started.ToLocalTime().ToString("yyyy-MM-dd HH:mm"));
        }
        if (table.Rows.Count > 0) console.Write(table);
    }

    static Table Table(params string[] titles)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var title in titles) table.AddColumn(new TableColumn($"[grey]{title}[/]").NoWrap());
        return table;
    }
}
