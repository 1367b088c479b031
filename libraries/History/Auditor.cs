using Pipeline.Captioner.Configuration;
using Pipeline.Contracts;
using Pipeline.History.CheckBlobs;
using Pipeline.History.CheckBranch;
using Pipeline.History.CheckCaptions;
using Pipeline.History.CheckRun;
using Pipeline.History.CheckSteps;
using Pipeline.History.ReadEvents;
using Pipeline.History.Sources;
using Pipeline.Learning.PlanStep;
using Pipeline.Learning.Steps;
using Pipeline.Models;
using Pipeline.Models.Tokenizers;

namespace Pipeline.History;

/// <summary>
/// Checks a run's whole history: every event by itself and by what follows from it, every blob by its name. The order is that of the run's
/// stream; a step's or an evaluation's captions come where it is closed, blobs last.
/// </summary>
public sealed class Auditor(IRecordedHistory history, IProgress<AuditProgress>? progress = null)
{
    /// <summary>Checks a run up to the first thing that is wrong, or to its end.</summary>
    public async Task<AuditReport> AuditAsync(Guid runId, CancellationToken cancellation = default)
    {
        var report = new AuditReport { RunId = runId };
        try
        {
            await CheckAsync(report, cancellation);
            if (history.Damage is { } damage) throw BadHistoryException.At("", 0, "", damage);
        }
        catch (BadHistoryException bad)
        {
            report.Finding = bad.Finding;
        }
        return report;
    }

    async Task CheckAsync(AuditReport report, CancellationToken cancellation)
    {
        var streams = new EventStreams(history, report);
        var run = await streams.ReadAsync(Streams.Run(report.RunId), cancellation);
        if (run.Count == 0 || run[0].Data is not RunStarted started)
            throw BadHistoryException.At(Streams.Run(report.RunId), 1, "run_started.v1", "the run's stream does not begin with it");
        var confirmed = LinkCheck.Check(run);

        var (settings, blobs) = (started.Settings, new BlobCheck(history, report, progress));
        blobs.Drop(run.Select(@event => @event.Data).OfType<RunArchived>().SelectMany(archived => archived.Dropped));
        var sets = new PictureSets(history, blobs);
        var checkpoints = new CheckpointCheck(history, blobs);
        var (tokenizer, tokens) = await LanguageAsync(run[0], settings.Captioner, checkpoints, cancellation);
        var branch = settings.Branch is not { } recorded ? null
            : await BranchCheck.ReadAsync(streams, run[0], recorded, tokenizer, blobs, report, cancellation);
        var train = await sets.PicturesAsync(run[0], settings.TrainPictures, cancellation);
        var heldOut = await sets.PicturesAsync(run[0], settings.HeldOutPictures, cancellation);
        var evaluations = new EvaluationCheck(settings, CaptionFigures.References(heldOut));
        var suspicions = new SuspicionCheck(report.RunId, settings, CaptionFigures.References(heldOut));
        var walk = new RunWalk(
            report.RunId, settings, [.. train.Select(picture => picture.Sha256)], [.. heldOut.Select(picture => picture.Sha256)],
            branch is null ? null : step => branch.Step(report.RunId, step));
        var (captions, drawings) = (new CaptionCheck(streams, settings, tokenizer, report), new DrawingCheck(streams, report));
        var steps = new StepCheck(settings, tokens);

        for (var i = 0; i < run.Count; i++)
        {
            progress?.Report(new AuditProgress("events of the run", i, run.Count));
            var parent = walk.Parent;
            var closed = walk.Take(run[i]);
            suspicions.Take(run[i]);
            if (closed is not { } opened) continue;
            var (events, record) = opened.Data is StepOpened taken && branch is not null
                ? await branch.ReadAsync(run[i], taken, cancellation)
                : (await captions.ReadAsync(WorkOf(opened, settings), isClosed: true, cancellation), null);
            if (opened.Data is StepOpened step)
            {
                record ??= StepRecord.From(step, settings, events.Sampled, events.Rendered, events.Scored);
                string[] suspects = settings.Branch is { } from ? [.. events.Streams, Streams.Replay(from.ReplayId)] : [.. events.Streams];
                var state = steps.Check(run[i], step, record, suspects, confirmed.Contains(run[i]));
                await checkpoints.CheckAsync(run[i], parent, state, cancellation);
                report.Versions++;
            }
            else
            {
                var evaluation = (EvaluationOpened)opened.Data;
                if (!evaluations.Check(run[i], evaluation, events))
                    report.DoNotCover(
                        $"captions of the {evaluation.Decoding.Mode} evaluation of version {evaluation.Policy.Version}: it has no root");
                suspicions.Add((Evaluated)run[i].Data, evaluation, events);
                report.Evaluations++;
            }
            await CheckDrawingsAsync(events, drawings, blobs, cancellation);
        }

        foreach (var open in walk.Open)
        {
            var events = await captions.ReadAsync(WorkOf(open, settings), isClosed: false, cancellation);
            await CheckDrawingsAsync(events, drawings, blobs, cancellation);
            report.DoNotCover($"captions of {open.Recorded.Type} at version {open.Recorded.Version}: nothing was made of them yet");
        }
        if (walk.LastLink is { } last && !confirmed.Contains(last))
            report.DoNotCover($"{last.Recorded.Type} at version {last.Recorded.Version}: nothing links to it yet");
        if (tokenizer is null) report.DoNotCover("texts of captions: the captioner's files have no tokenizer");
        await blobs.CheckAsync(cancellation);
    }

    static Work WorkOf(ReadEvent opened, RunSettings settings) =>
        opened.Data is StepOpened step ? Work.Of(step, settings) : Work.Of((EvaluationOpened)opened.Data, settings);

    static async Task CheckDrawingsAsync(CaptionEvents captions, DrawingCheck drawings, BlobCheck blobs, CancellationToken cancellation)
    {
        await drawings.CheckAsync(captions, cancellation);
        foreach (var (by, rendered, _) in captions.Drawings)
        {
            blobs.Want(rendered.Recipe.Model, "the manifest of the drawing model", by);
            foreach (var image in rendered.Images)
                if (image.Sha256 is { } picture) blobs.Want(picture, $"drawing {image.Sample}", by);
        }
    }

    /// <summary>The tokenizer and the special tokens of version 0, which every version keeps; null as far as its files have none.</summary>
    async Task<(Gpt2Tokenizer?, SpecialTokens?)> LanguageAsync(
        ReadEvent started, string captioner, CheckpointCheck checkpoints, CancellationToken cancellation)
    {
        IModelFiles files = new CheckpointFiles(history, captioner, await checkpoints.ListAsync(started, captioner, cancellation));
        try
        {
            return (
                files.Exists("vocab.json") ? Gpt2Tokenizer.Load(files) : null,
                files.Exists("config.json") ? CaptionerConfig.Load(files).Tokens : null);
        }
        catch (BadBlobException bad)
        {
            throw BadHistoryException.At(started.Recorded, "the captioner", bad);
        }
        catch (Exception broken) when (broken is InvalidDataException or FileNotFoundException or ConfigException)
        {
            throw started.Bad($"the captioner's files: {broken.Message}");
        }
    }
}
