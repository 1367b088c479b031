using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Studio.SignIn;

namespace Pipeline.Studio.Live;

/// <summary><c>/api/events</c></summary>
static class LiveApi
{
    /// <summary>Maps it.</summary>
    public static void MapLive(this IEndpointRouteBuilder api) => api.MapGet("/events", Stream)
        .WithName("Listen")
        .WithTags("Live")
        .WithSummary("What is appended to the store, as server-sent events")
        .WithDescription(
            "Events named `change`, each with an array of {number, stream, type, at}: everything appended since the one before, at most every half second. "
            + "`stream` narrows it to streams whose names begin so, such as `run-`. One event named `ready` comes first: what is appended after it is told. They are "
            + "hints, not a copy of the log. Events named `beat` keep the connection open.")
        .Produces(StatusCodes.Status200OK, contentType: "text/event-stream");

    static ServerSentEventsResult<IReadOnlyList<Change>> Stream(
        LiveFeed feed, Sessions sessions, IOptions<StudioOptions> options, HttpRequest request, IHostApplicationLifetime lifetime,
        CancellationToken cancellation, string stream = "") =>
        TypedResults.ServerSentEvents(ChangesAsync(
            feed, stream, options.Value.Heartbeat, () => IsStillSignedInAsync(sessions, request, cancellation), lifetime.ApplicationStopping, cancellation));

    /// <summary>Whether the listener may go on. While the database is away nobody can tell: browsers come again by themselves.</summary>
    static async Task<bool> IsStillSignedInAsync(Sessions sessions, HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            return await sessions.IsSignedInAsync(request, cancellation);
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    static async IAsyncEnumerable<SseItem<IReadOnlyList<Change>>> ChangesAsync(
        LiveFeed feed, string stream, TimeSpan heartbeat, Func<Task<bool>> isSignedIn, CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Ends when Studio stops, which would otherwise wait for every open page.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellation);
        await using var changes = feed.ListenAsync(either.Token).GetAsyncEnumerator(either.Token);
        var (next, beat) = (NextAsync(changes), Task.Delay(heartbeat, CancellationToken.None));
        try
        {
            while (true)
            {
                await Task.WhenAny(next, beat);
                if (beat.IsCompleted)
                {
                    // However busy the store is: who signed out elsewhere hears nothing more, and who waits for a quiet stream knows that it is open.
                    if (!await isSignedIn()) yield break;
                    yield return new([], "beat");
                    beat = Task.Delay(heartbeat, CancellationToken.None);
                }
                if (!next.IsCompleted) continue;
                if (!await next) yield break;
                if (changes.Current.Count == 0) yield return new([], "ready");
                var wanted = changes.Current.Where(change => change.Stream.StartsWith(stream, StringComparison.Ordinal)).ToArray();
                if (wanted.Length > 0) yield return new(wanted, "change");
                next = NextAsync(changes);
            }
        }
        finally
        {
            // The browser may leave while it is written to: what is waited for has to end before it is disposed of.
            await either.CancelAsync();
            await next;
        }
    }

    static async Task<bool> NextAsync(IAsyncEnumerator<IReadOnlyList<Change>> changes)
    {
        try
        {
            return await changes.MoveNextAsync();
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
