using Pipeline.Contracts;
using Pipeline.Replays;

namespace Pipeline.Client;

/// <summary>A replay that was begun, or taken up again: its stream is there, and it can be run to its end by whoever holds it.</summary>
public sealed class PreparedReplay
{
    readonly Connection _connection;
    readonly RecordedRun _run;
    readonly ReplayPlan _plan;
    readonly DrawingSettings? _drawing;
    readonly OfferedRewards _offered;

    PreparedReplay(
        Connection connection, RecordedRun run, ReplayPlan plan, DrawingSettings? drawing, OfferedRewards offered, ReplayJournal journal) =>
        (_connection, _run, _plan, _drawing, _offered, Journal) = (connection, run, plan, drawing, offered, journal);

    /// <summary>Its stream.</summary>
    public ReplayJournal Journal { get; }

    /// <summary>Captions that it is about.</summary>
    public int Captions => _plan.Captions;

    /// <summary>Checks what is asked for, and begins it.</summary>
    /// <exception cref="RequestException">A number is not allowed, nobody offers the reward, or it cannot score what is asked.</exception>
    /// <exception cref="ReplayException">There is no such run, no such caption, or an unfinished replay is of other captions.</exception>
    public static async Task<PreparedReplay> BeginAsync(Connection connection, ReplayOrder order, CancellationToken cancellation)
    {
        order.Check();
        var run = await RecordedRun.LoadAsync(connection.Events, order.RunId, cancellation);
        var offered = await new RewardDiscovery(connection.Options).FindAsync([order.Reward], cancellation);
        offered.Require([order.Reward]);
        var drawing = order.DrawAnew(run, offered);
        var request = new ReplayRequest(order.RunId, order.Reward, order.Counterpart(run), order.Selection(run), drawing);
        var plan = ReplayPlan.Of(run, request.Selection, order.Batch, offered.Pictures.Contains(order.Reward));
        var journal = await ReplayJournal.OpenAsync(connection.Events, request, plan, order.New, cancellation);
        return new(connection, run, plan, drawing, offered, journal);
    }

    /// <summary>Takes up a replay that is not whole, as it was asked for.</summary>
    /// <exception cref="RequestException">There is no such replay, or nobody offers its reward.</exception>
    /// <exception cref="ReplayException">Its run has other captions by now.</exception>
    public static async Task<PreparedReplay> TakeUpAsync(Connection connection, Guid replayId, CancellationToken cancellation)
    {
        var journal = await ReplayJournal.FindAsync(connection.Events, replayId, cancellation) ?? throw new RequestException($"there is no replay {replayId}");
        var replay = journal.Replay;
        var run = await RecordedRun.LoadAsync(connection.Events, replay.RunId, cancellation);
        var offered = await new RewardDiscovery(connection.Options).FindAsync([replay.Reward], cancellation);
        offered.Require([replay.Reward]);
        var plan = ReplayPlan.Of(run, replay.Selection, null, offered.Pictures.Contains(replay.Reward));
        return plan.Root == replay.CaptionsRoot
            ? new(connection, run, plan, replay.Drawing, offered, journal)
            : throw new ReplayException($"replay {replayId} was begun when the run had other captions: begin another");
    }

    /// <summary>Scores what is not scored yet.</summary>
    /// <param name="patience">How long it waits when no batch is answered.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends it; what is scored stays, and the same replay goes on from there.</param>
    /// <exception cref="ReplayException">No answer came for too long, or none can come.</exception>
    public async Task RunAsync(TimeSpan patience, IProgress<ReplayProgress>? progress, CancellationToken cancellation)
    {
        var (replay, isRedrawn) = (Journal.Replay, _drawing is not null);
        var bus = await _connection.BusAsync();
        await using var inbox = await ReplayInbox.OpenAsync(bus, replay.ReplayId, isRedrawn, cancellation);
        var parked = await ParkedMessages.WatchAsync(
            _connection.Options.RabbitMq, replay.ReplayId, _offered.Queue(replay.Reward), isRedrawn, cancellation);
        var messages = new ReplayMessages(_connection.Events, replay, _run, _offered.Pictures.Contains(replay.Reward));
        var replayer = new Replayer(
            Journal, _plan, messages, bus, inbox, new ReplayOptions { Patience = patience }, parked.WhyNotAsync);
        await replayer.RunAsync(progress, cancellation);
    }
}
