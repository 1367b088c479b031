using Npgsql;
using Pipeline.Client;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Replays;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.Studio.Shared;

/// <summary>
/// What cannot be done, as an answer that says why: to the API as a problem in JSON, to people as a page. Of what nobody foresaw they learn
/// that it is in the log.
/// </summary>
sealed class PlainErrors(RequestDelegate next, ILogger<PlainErrors> log)
{
    /// <summary>Where <see cref="ErrorPage"/> finds what happened.</summary>
    public static readonly object Reason = new();

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer.
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            var (status, reason) = Explain(error);
            if (status == StatusCodes.Status500InternalServerError) log.LogError(error, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
            else log.LogWarning("{Method} {Path}: {Problem}", http.Request.Method, http.Request.Path, reason);
            http.Response.StatusCode = status;
            // By the browser itself: while the database is away nobody can be let in to Studio's scripts.
            if (status == StatusCodes.Status503ServiceUnavailable && HttpMethods.IsGet(http.Request.Method)) http.Response.Headers["Refresh"] = "10";
            http.Response.Headers.Remove("blazor-enhanced-nav"); // the page that failed has set it, and the one that says so sets it again
            // What the failed page has begun in its scope cannot be begun again.
            await using var scope = http.RequestServices.CreateAsyncScope();
            http.RequestServices = scope.ServiceProvider;
            if (http.Request.Path.StartsWithSegments("/api")) await Results.Problem(reason, statusCode: status).ExecuteAsync(http);
            else await Results.Extensions.Page<ErrorPage>(new { Status = status, Reason = reason }, status).ExecuteAsync(http);
        }
    }

    /// <summary>What happened, in the words of the innermost error that has some: Marten wraps those of the database.</summary>
    internal static (int Status, string Reason) Explain(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
            if (Known(cause) is { } known) return known;
        return (StatusCodes.Status500InternalServerError, "Something went wrong that nobody foresaw; Studio's log has it.");
    }

    static (int Status, string Reason)? Known(Exception error) => error switch
    {
        MissingException => (StatusCodes.Status404NotFound, error.Message),
        RequestException or ReplayException => (StatusCodes.Status400BadRequest, error.Message),
        SettingsException => (StatusCodes.Status400BadRequest, error.Message),
        BadHttpRequestException bad => (bad.StatusCode, bad.InnerException is null ? bad.Message : $"{bad.Message} {bad.InnerException.Message}"),
        // What a form or an address says that is no number or no id.
        InvalidOperationException when error.Message.StartsWith("Cannot parse the value", StringComparison.Ordinal) => (StatusCodes.Status400BadRequest, error.Message),
        PublishException => (StatusCodes.Status400BadRequest, "No such queue takes messages any more. What is parked stays parked."),
        // Class 22: data that no column can have, such as a text with the character NUL. It comes from an address.
        PostgresException { SqlState: ['2', '2', ..] } => (StatusCodes.Status400BadRequest, "What is asked for has a character or a number that the database cannot hold."),
        PostgresException { IsTransient: true } => (StatusCodes.Status503ServiceUnavailable, "PostgreSQL is starting or stopping. Pages come back by themselves."),
        PostgresException => (StatusCodes.Status500InternalServerError, "The database refused a question; Studio's log has it."),
        NpgsqlException => (StatusCodes.Status503ServiceUnavailable, "PostgreSQL does not answer. Pages come back by themselves when it does."),
        BrokerUnreachableException or OperationInterruptedException or MassTransit.RabbitMqConnectionException =>
            (StatusCodes.Status503ServiceUnavailable, "RabbitMQ does not answer. Pages come back by themselves when it does."),
        BlobStorageException { MayPass: true } => (StatusCodes.Status503ServiceUnavailable, $"The blobs are not to be had: {error.Message}"),
        _ => null,
    };
}

/// <summary>What was asked for is not there. The message is written for people.</summary>
sealed class MissingException(string message) : Exception(message);
