using System.CommandLine;
using MassTransit;
using Npgsql;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.Cli.Terminal;

/// <summary>Runs a command: what goes wrong is one clear line on standard error, and the stack trace with <c>--verbose</c>.</summary>
static class Invocation
{
    /// <summary>Asks for stack traces.</summary>
    public static readonly Option<bool> Verbose = new("--verbose") { Description = "Show where an error comes from.", Recursive = true };

    /// <summary>Parses and runs.</summary>
    /// <returns>The exit code: 0 for success, 1 for an error, 130 after Ctrl-C.</returns>
    public static async Task<int> RunAsync(RootCommand root, string[] arguments)
    {
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            Console.Error.WriteLine($"error: {parsed.Errors[0].Message} ({Name(parsed)} --help says what there is)");
            return 1;
        }
        try
        {
            // After Ctrl-C a command may take its time to stop servers in order.
            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(2),
            };
            return await parsed.InvokeAsync(configuration);
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        catch (Exception error)
        {
            Console.Error.WriteLine(parsed.GetValue(Verbose) ? error.ToString() : $"error: {Explain(error)}");
            return 1;
        }
    }

    static string Name(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? ThisCommand.Name : $"{ThisCommand.Name} {parsed.CommandResult.Command.Name}";

    /// <summary>The pipeline's own exceptions are written for people; of the others only the expected ones are.</summary>
    static string Explain(Exception error) => error switch
    {
        _ when error.GetType().Namespace?.StartsWith("Pipeline.", StringComparison.Ordinal) == true => error.Message,
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable } =>
            "the event store has no tables yet: services make them when they start; start them with: ./pipeline up",
        PostgresException refused => $"PostgreSQL refuses: {refused.MessageText}",
        NpgsqlException => $"PostgreSQL does not answer ({(error.InnerException ?? error).Message}); start the stack with: {ThisCommand.Up}",
        RabbitMqConnectionException or ConnectionException or BrokerUnreachableException =>
            $"RabbitMQ does not answer; start the stack with: {ThisCommand.Up}",
        InvalidDataException or IOException or UnauthorizedAccessException => error.Message,
        { InnerException: { } inner } when error.GetType().Namespace?.StartsWith("Marten", StringComparison.Ordinal) == true =>
            Explain(inner),
        _ => $"{error.Message} ({error.GetType().Name}; --verbose shows where)",
    };
}
