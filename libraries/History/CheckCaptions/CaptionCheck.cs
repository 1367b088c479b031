using Pipeline.Captioner;
using Pipeline.Contracts;
using Pipeline.History.ReadEvents;
using Pipeline.Learning.PlanStep;
using Pipeline.Models.Tokenizers;

namespace Pipeline.History.CheckCaptions;

/// <summary>Captions' streams: each says what its step or evaluation asked for, and nothing else.</summary>
/// <param name="streams">Reads them.</param>
/// <param name="settings">The run's settings.</param>
/// <param name="tokenizer">Turns tokens into text; null when the captioner's files have none.</param>
/// <param name="report">Counts.</param>
sealed class CaptionCheck(EventStreams streams, RunSettings settings, Gpt2Tokenizer? tokenizer, AuditReport report)
{
    /// <summary>Reads and checks the captions of a step or an evaluation.</summary>
    /// <param name="work">What it asked for.</param>
    /// <param name="isClosed">Whether everything must be there.</param>
    /// <param name="cancellation">Cancels.</param>
    public async Task<CaptionEvents> ReadAsync(Work work, bool isClosed, CancellationToken cancellation)
    {
        var requests = work.Commands.SelectMany(command => command.Captions.Select(caption => (command, caption))).ToArray();
        string[] names = [.. requests.Select(request => Streams.Caption(request.caption.CaptionId))];
        var read = await streams.ReadAsync(names, cancellation);
        var all = new CaptionEvents(names, [], [], []);
        foreach (var ((command, caption), name, events) in requests.Zip(names, read))
        {
            if (events.Count > 0) all = With(all, command, caption, events);
            if (isClosed) RequireComplete(name, events);
        }
        report.Captions += all.Sampled.Count;
        return all;
    }

    CaptionEvents With(CaptionEvents all, SampleCaptions command, CaptionRequest request, IReadOnlyList<ReadEvent> events)
    {
        if (events[0].Data is not CaptionSampled sampled) throw events[0].Bad("a caption begins with caption_sampled.v1");
        CheckSampled(events[0], sampled, command, request);
        var drawings = new DrawingRounds(settings.Drawing, sampled);
        var rewards = new HashSet<string>();
        foreach (var @event in events.Skip(1))
        {
            switch (@event.Data)
            {
                case ImagesRendered rendered:
                    drawings.Take(@event, rendered);
                    break;
                case CaptionScored scored:
                    CheckScored(@event, scored, sampled);
                    if (!rewards.Add(scored.Reward)) throw @event.Bad($"reward '{scored.Reward}' has scored the caption already");
                    break;
                default:
                    throw @event.Bad("it belongs into no caption's stream a second time, or not at all");
            }
        }
        return all with
        {
            Sampled = [.. all.Sampled, sampled],
            Drawings = [.. all.Drawings, .. drawings.Taken.Select(taken => (taken.Event, taken.Rendered, sampled.Text))],
            Scored = [.. all.Scored, .. events.Select(@event => @event.Data).OfType<CaptionScored>()],
        };
    }

    void CheckSampled(ReadEvent @event, CaptionSampled sampled, SampleCaptions command, CaptionRequest request)
    {
        @event.Require(new CaptionSampled(
            request.CaptionId, command.RunId, command.Step, command.Purpose, request.PictureSha256, request.Sample, request.Seed,
            command.Policy, command.Decoding, sampled.Text, sampled.TokenIds, sampled.LogProbs));
        if (sampled.TokenIds.Count == 0 || sampled.TokenIds.Count > command.Decoding.MaxNewTokens)
            throw @event.Bad($"tokenIds: expected 1 to {command.Decoding.MaxNewTokens}, found {sampled.TokenIds.Count}");
        if (sampled.LogProbs.Count != sampled.TokenIds.Count)
            throw @event.Bad($"logProbs: expected {sampled.TokenIds.Count}, found {sampled.LogProbs.Count}");
        if (sampled.LogProbs.Any(logProb => logProb > 0)) throw @event.Bad("logProbs: expected at most 0");
        if (tokenizer is not null && CaptionText.Of(tokenizer, sampled.TokenIds) is var text && text != sampled.Text)
            throw @event.Bad($"text: its tokens say '{text}', found '{sampled.Text}'");
    }

    void CheckScored(ReadEvent @event, CaptionScored scored, CaptionSampled sampled)
    {
        @event.Require(scored with { CaptionId = sampled.CaptionId, RunId = sampled.RunId, Step = sampled.Step });
        if (!settings.Rewards.ContainsKey(scored.Reward)) throw @event.Bad($"reward: the run has no reward '{scored.Reward}'");
        if (scored.SampleScores.Count == 0) return;
        // A reward may add up in another order.
        var mean = scored.SampleScores.Average();
        if (Math.Abs(mean - scored.Score) > 1e-9 * Math.Max(1, Math.Abs(mean)))
            throw @event.Bad($"score: expected the mean of its samples, {mean:R}, found {scored.Score:R}");
    }

    void RequireComplete(string stream, IReadOnlyList<ReadEvent> events)
    {
        BadHistoryException Missing(string type, string what) =>
            BadHistoryException.At(stream, events.Count + 1, type, $"{what} is missing, although something was made of it");

        if (events.Count == 0) throw Missing("caption_sampled.v1", "the caption");
        if (settings.Drawing is not null && !events.Any(@event => @event.Data is ImagesRendered))
            throw Missing("images_rendered.v1", "the drawing");
        foreach (var reward in settings.Rewards.Keys.Order(StringComparer.Ordinal))
            if (!events.Any(@event => @event.Data is CaptionScored scored && scored.Reward == reward))
                throw Missing("caption_scored.v1", $"the score of reward '{reward}'");
    }
}
