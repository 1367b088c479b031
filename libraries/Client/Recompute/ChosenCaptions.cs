using Pipeline.Contracts;
using Pipeline.Learning.PlanStep;

namespace Pipeline.Client;

/// <summary>A command of a run, with those of its captions that are compared.</summary>
/// <param name="Command">The command: what was computed together has to be computed together again.</param>
/// <param name="Chosen">The captions that are compared.</param>
sealed record ChosenCaptions(SampleCaptions Command, IReadOnlySet<Guid> Chosen)
{
    /// <summary>Draws captions of a run at random, of steps and evaluations that were closed.</summary>
    /// <param name="connection">Where the run is.</param>
    /// <param name="runId">The run.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Decides which.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="RequestException">There are none.</exception>
    public static async Task<(RunSettings Settings, IReadOnlyList<ChosenCaptions> Captions)> DrawAsync(
        Connection connection, Guid runId, int count, int seed, CancellationToken cancellation)
    {
        var (settings, commands) = await CommandsAsync(connection, runId, cancellation);
        Guid[] all = [.. commands.SelectMany(command => command.Captions).Select(caption => caption.CaptionId)];
        if (all.Length == 0)
            throw new RequestException(settings.Branch is { } branch
                ? $"run {Format.Short(runId)} is a branch and wrote no captions: recompute those of run {Format.Short(branch.RunId)}"
                : $"run {Format.Short(runId)} has learned from no caption yet");
        new Random(seed).Shuffle(all);
        var chosen = all.Take(count).ToHashSet();
        return (settings, [.. commands.Select(command => Of(command, chosen)).Where(entry => entry.Chosen.Count > 0)]);
    }

    /// <summary>One caption, with the command that it belongs to.</summary>
    /// <exception cref="RequestException">It belongs to no step or evaluation that was closed.</exception>
    public static async Task<(RunSettings Settings, IReadOnlyList<ChosenCaptions> Captions)> OneAsync(
        Connection connection, Guid runId, Guid captionId, CancellationToken cancellation)
    {
        var (settings, commands) = await CommandsAsync(connection, runId, cancellation);
        var command = commands.FirstOrDefault(command => command.Captions.Any(caption => caption.CaptionId == captionId))
            ?? throw new RequestException(
                $"caption {captionId} belongs to no step or evaluation of run {Format.Short(runId)} that was closed: once it is, it can be computed again");
        return (settings, [Of(command, [captionId])]);
    }

    static ChosenCaptions Of(SampleCaptions command, HashSet<Guid> chosen) =>
        new(command, command.Captions.Select(caption => caption.CaptionId).Where(chosen.Contains).ToHashSet());

    static async Task<(RunSettings Settings, SampleCaptions[] Commands)> CommandsAsync(
        Connection connection, Guid runId, CancellationToken cancellation)
    {
        var events = (await connection.Events.LoadStreamAsync(Streams.Run(runId), 0, cancellation)).Select(@event => @event.Data).ToArray();
        var settings = events.OfType<RunStarted>().FirstOrDefault()?.Settings
            ?? throw new RequestException($"there is no run {Format.Short(runId)}: what belongs to none cannot be computed again");
        var learned = events.OfType<PolicyUpdated>().Select(made => made.Version - 1).ToHashSet();
        var measured = events.OfType<Evaluated>().Select(done => (done.Version, done.Mode)).ToHashSet();
        return (settings,
        [
            .. events.OfType<StepOpened>().Where(step => learned.Contains(step.Step)).SelectMany(step => Work.Of(step, settings).Commands),
            .. events.OfType<EvaluationOpened>().Where(opened => measured.Contains((opened.Policy.Version, opened.Decoding.Mode)))
                .SelectMany(opened => Work.Of(opened, settings).Commands),
        ]);
    }
}
