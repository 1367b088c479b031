using System.Diagnostics;
using System.Threading.Channels;
using MassTransit;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Learning.PlanStep;
using Pipeline.Learning.Steps;
using Pipeline.Learning.UpdatePolicy;
using Pipeline.Models.Pictures;
using Pipeline.Replays;

namespace Pipeline.Learner.DriveRuns;

/// <summary>
/// Drives one run from wherever its stream ends: opens what is due, waits until the scores are there, learns, evaluates, until the last
/// step. It keeps nothing that the stream does not hold, so it may die at any instruction and begin again.
/// </summary>
public sealed class RunLoop(
    Guid runId, EventAppender events, CheckpointStore checkpoints, PictureSetStore pictureSets, PictureReader pictures, IBus bus,
    ChannelReader<Arrival> inbox, Func<bool> isStopRequested, SemaphoreSlim learning, LearnerOptions options, ILogger logger)
{
    readonly Dictionary<int, OpenWork> steps = [];
    readonly Dictionary<EvaluationOpened, OpenWork> evaluations = [];
    RunJournal journal = null!;
    string[] trainPictures = [];
    IReadOnlyList<Picture> heldOut = [];
    BranchSource? branch;
    TimeSpan patience = options.ResendAfter;

    RunState State => journal.State;
    RunSettings Settings => State.Settings;

    /// <summary>Runs until the run is completed, stopped, or cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        journal = await RunJournal.LoadAsync(events, runId, cancel);
        if (State.Status != RunStatus.Running) return;
        trainPictures = [.. (await pictureSets.LoadAsync(Settings.TrainPictures, cancel)).Pictures.Select(picture => picture.Sha256)];
        heldOut = Settings.HeldOutPictures is { } set ? (await pictureSets.LoadAsync(set, cancel)).Pictures : [];
        if (Settings.Branch is { } recorded) branch = await BranchSource.LoadAsync(events, recorded, Settings.Steps, cancel);
        var reference = await checkpoints.OpenAsync(Settings.Captioner, cancel);
        var current = await checkpoints.OpenAsync(State.Policy(State.Version).Checkpoint, cancel);
        var preprocessor = PicturePreprocessor.Load(reference);
        using var trainer = PolicyTrainer.Load(reference, current, Settings,
            picture => pictures.PixelsAsync(picture, preprocessor, cancel).GetAwaiter().GetResult(),
            isBeginning: branch is not null && State.Version == 0);

        await TakeUpAsync(cancel);
        await JudgeAsync(cancel);
        while (true)
        {
            if (isStopRequested())
            {
                await StopAsync(cancel);
                return;
            }
            await OpenDueAsync(cancel);
            if (steps.TryGetValue(State.Version, out var step) && step.IsComplete)
                await LearnAsync(trainer, State.OpenSteps[State.Version], step, cancel);
            else if (evaluations.FirstOrDefault(entry => entry.Value.IsComplete) is { Key: { } evaluation })
                await CloseAsync(trainer, evaluation, cancel);
            else if (steps.Count == 0 && evaluations.Count == 0)
            {
                await CompleteAsync(cancel);
                return;
            }
            else await WaitAsync(cancel);
        }
    }

    /// <summary>After a restart: what was opened before is under way again, as far as the store does not answer it.</summary>
    async Task TakeUpAsync(CancellationToken cancel)
    {
        // The Learner may have died between the append and the publication: subscribers get the newest version once more.
        if (State.LastLink is PolicyUpdated newest) await bus.Publish(newest, cancel);
        foreach (var opened in State.OpenSteps.Values) steps[opened.Step] = new OpenWork(Work.Of(opened, Settings));
        foreach (var opened in State.OpenEvaluations) evaluations[opened] = new OpenWork(Work.Of(opened, Settings));
        if (steps.Count + evaluations.Count == 0) return;
        logger.LogInformation("Run {RunId} goes on at version {PolicyVersion}: {Steps} steps and {Evaluations} evaluations are open.",
            runId, State.Version, steps.Count, evaluations.Count);
        await ResendAsync(cancel);
    }

    /// <summary>Opens every step whose policy exists (version max(0, step - maxStaleness)), and the evaluations of the newest version.</summary>
    async Task OpenDueAsync(CancellationToken cancel)
    {
        var last = Math.Min(Settings.Steps - 1, State.Version + Settings.MaxStaleness);
        for (var step = State.Version; step <= last; step++)
        {
            if (steps.ContainsKey(step)) continue;
            var opened = branch?.Step(runId, step) ?? new StepOpened(
                runId, step, State.Policy(Math.Max(0, step - Settings.MaxStaleness)), StepPlan.Training(runId, Settings, step, trainPictures));
            await journal.AppendAsync("step-opened", step, opened, cancel);
            await SendAsync((steps[step] = new OpenWork(Work.Of(opened, Settings))).Work.Commands, cancel);
        }

        if (heldOut.Count == 0 || !StepPlan.IsEvaluated(Settings, State.Version)) return;
        foreach (var mode in (DecodingMode[])[DecodingMode.Greedy, DecodingMode.Sample])
        {
            if (State.WasEvaluated(State.Version, mode)) continue;
            var decoding = new Decoding(mode, Settings.MaxNewTokens, Settings.Temperature);
            var opened = new EvaluationOpened(runId, State.Policy(State.Version), "heldout", decoding,
                StepPlan.Evaluation(runId, Settings, State.Version, "heldout", mode, [.. heldOut.Select(picture => picture.Sha256)]));
            await journal.AppendAsync("evaluation-opened", $"{State.Version}/{mode}", opened, cancel);
            await SendAsync((evaluations[opened] = new OpenWork(Work.Of(opened, Settings))).Work.Commands, cancel);
        }
    }

    async Task LearnAsync(PolicyTrainer trainer, StepOpened opened, OpenWork work, CancellationToken cancel)
    {
        var record = branch is null ? await RecordAsync(opened, cancel) : await branch.RecordAsync(opened, cancel);
        var timings = work.Timings();
        var learned = await WithTorchAsync(() => trainer.Learn(opened.Step, record.Captions), cancel);
        foreach (var (stage, milliseconds) in learned.Timings) timings[stage] = milliseconds;

        var clock = Stopwatch.StartNew();
        var version = opened.Step + 1;
        var parent = State.Policy(opened.Step);
        var provenance = Provenance.Of(runId, version, parent, State.WeightsSha256, record.BatchRoot);
        var checkpoint = await checkpoints.SaveAsync(
            trainer.Checkpoint(provenance).Select(file => (file.Path, file.Write)), cancel);
        var files = (await checkpoints.ManifestAsync(checkpoint, cancel)).Files.ToDictionary(file => file.Path, file => file.Sha256);
        timings["time/save"] = clock.Elapsed.TotalMilliseconds;

        var updated = new PolicyUpdated(
            runId, version, parent, checkpoint, files["model.safetensors"], files[PolicyTrainer.OptimiserPath],
            record.BatchRoot, Link.To(State.LastLink), [.. record.Captions.Select(caption => caption.CaptionId)],
            learned.Rewards, learned.Metrics, timings);
        await journal.AppendAsync("policy-updated", version, updated, cancel);
        steps.Remove(opened.Step);
        PipelineMetrics.PolicyMade(updated);
        await bus.Publish(updated, cancel);
        logger.LogInformation("Run {RunId}: version {PolicyVersion} of {Steps}, score {Score:F3}, KL {Kl:F3}",
            runId, version, Settings.Steps, learned.Metrics["objective/scores"], learned.Metrics["objective/kl"]);
    }

    async Task<StepRecord> RecordAsync(StepOpened opened, CancellationToken cancel)
    {
        var streams = opened.Captions.Select(caption => Streams.Caption(caption.CaptionId)).ToArray();
        return StepRecord.From(opened, Settings,
            await events.LoadAsync<CaptionSampled>(streams, cancel),
            Settings.Drawing is null ? [] : await events.LoadAsync<ImagesRendered>(streams, cancel),
            await events.LoadAsync<CaptionScored>(streams, cancel));
    }

    /// <summary>Runs of one Learner take turns: two updates at once would only fight for the cores.</summary>
    async Task<T> WithTorchAsync<T>(Func<T> work, CancellationToken cancel)
    {
        await learning.WaitAsync(cancel);
        try
        {
            return work();
        }
        finally
        {
            learning.Release();
        }
    }

    async Task CloseAsync(PolicyTrainer trainer, EvaluationOpened opened, CancellationToken cancel)
    {
        var streams = opened.Captions.Select(caption => Streams.Caption(caption.CaptionId)).ToArray();
        var captions = EvaluationSummary.InOrder(opened, await events.LoadAsync<CaptionSampled>(streams, cancel));
        var logProbs = await WithTorchAsync(
            () => trainer.ReferenceLogProbs([.. captions.Select(caption => (caption.PictureSha256, caption.TokenIds))]), cancel);
        var evaluated = EvaluationSummary.Of(opened, captions,
            Settings.Drawing is null ? [] : await events.LoadAsync<ImagesRendered>(streams, cancel),
            await events.LoadAsync<CaptionScored>(streams, cancel), [.. Settings.Rewards.Keys], CaptionFigures.References(heldOut), logProbs);
        await journal.AppendAsync("evaluated", $"{evaluated.Version}/{evaluated.Mode}", evaluated, cancel);
        evaluations.Remove(opened);
        await bus.Publish(evaluated, cancel);
        await JudgeAsync(cancel);
    }

    /// <summary>Says of each version that is measured now whether it is suspected to have hacked its reward.</summary>
    async Task JudgeAsync(CancellationToken cancel)
    {
        foreach (var version in State.Judgements.Versions)
        {
            if (await new Judge(events, runId, heldOut).SuspicionAsync(State, version, cancel) is not { } suspected) continue;
            await journal.AppendAsync("reward-hacking-suspected", version, suspected, cancel);
            await bus.Publish(suspected, cancel);
            logger.LogWarning("Run {RunId}: version {PolicyVersion} may have hacked its reward: '{Reward}' rose while {Fallen} fell.",
                runId, version, suspected.Reward.Name, string.Join(", ", suspected.Fallen.Select(change => change.Name).Distinct()));
        }
    }

    async Task StopAsync(CancellationToken cancel)
    {
        await journal.StopAsync(cancel);
        logger.LogInformation("Run {RunId} stopped at version {PolicyVersion}.", runId, State.Version);
    }

    async Task CompleteAsync(CancellationToken cancel)
    {
        var completed = new RunCompleted(
            runId, State.Policy(State.Version), State.WeightsSha256!, Link.To(State.LastLink), await journal.RootAsync(cancel));
        await journal.AppendAsync("run-completed", "", completed, cancel);
        await bus.Publish(completed, cancel);
        logger.LogInformation("Run {RunId} completed at version {PolicyVersion}.", runId, State.Version);
    }

    /// <summary>Waits for news; when there is none for long, asks the store and sends again what it does not answer.</summary>
    async Task WaitAsync(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        try
        {
            var arrival = await inbox.ReadAsync(limit.Token);
            if (steps.Values.Concat(evaluations.Values).Any(work => work.Take(arrival))) patience = options.ResendAfter;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            foreach (var waiting in steps.Values.Concat(evaluations.Values).SelectMany(work => work.Waiting).GroupBy(entry => entry.Key))
                logger.LogWarning(
                    "Run {RunId} at version {PolicyVersion} waits for reward '{Reward}': {Captions} captions. What is missing is sent again.",
                    runId, State.Version, waiting.Key, waiting.Sum(entry => entry.Value));
            await ResendAsync(cancel);
            // What always fails would otherwise fill its queue with copies.
            patience = patience * 2 < options.LongestResend ? patience * 2 : options.LongestResend;
        }
    }

    async Task ResendAsync(CancellationToken cancel)
    {
        foreach (var work in steps.Values.Concat(evaluations.Values))
        {
            work.Reconcile(await events.LoadAsync<CaptionScored>([.. work.Work.Captions.Select(caption => Streams.Caption(caption.CaptionId))], cancel));
            await SendAsync(work.Incomplete, cancel);
        }
    }

    async Task SendAsync(IEnumerable<SampleCaptions> commands, CancellationToken cancel)
    {
        foreach (var command in commands)
        {
            // The loop itself is in no trace: here each micro-batch begins the one that its captions keep through all services.
            using var trace = PipelineTelemetry.StartTrace("caption-batch");
            await bus.Publish(command, cancel);
        }
    }
}
