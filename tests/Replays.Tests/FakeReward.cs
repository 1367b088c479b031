using System.Collections.Concurrent;
using MassTransit;
using Pipeline.Contracts;

namespace Pipeline.Replays.Tests;

/// <summary>A reward in another language would be one: it knows messages and nothing else, so it does not say that it answers a replay.</summary>
sealed class FakeReward
{
    readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int asked;

    /// <summary>What it calls its model, by the number of the batch that it is asked about, from 0.</summary>
    public Func<int, string> Model { get; init; } = _ => "new";

    /// <summary>Whether it answers, by the number of the batch.</summary>
    public Func<int, bool> Answers { get; set; } = _ => true;

    /// <summary>Whether it holds all answers back until it is released.</summary>
    public bool IsHeld { get; init; }

    /// <summary>The batches that it was asked about.</summary>
    public ConcurrentQueue<CaptionsSampled> Asked { get; } = [];

    /// <summary>Those of them that it answered.</summary>
    public ConcurrentQueue<CaptionsSampled> Answered { get; } = [];

    public void Release() => released.TrySetResult();

    async Task AnswerAsync(ConsumeContext<CaptionsSampled> context)
    {
        var (batch, number) = (context.Message, Interlocked.Increment(ref asked) - 1);
        Asked.Enqueue(batch);
        if (IsHeld) await released.Task;
        if (!Answers(number)) return;
        await context.Publish(new CaptionsScored(batch.RunId, batch.Step, batch.BatchId, "other",
        [
            .. batch.Captions.Select(caption => new CaptionScored(
                caption.CaptionId, batch.RunId, batch.Step, "other", caption.Text.Length, [], new Dictionary<string, double>(), Model(number))),
        ], 1));
        Answered.Enqueue(batch);
    }

    public sealed class Consumer(FakeReward reward) : IConsumer<CaptionsSampled>
    {
        public Task Consume(ConsumeContext<CaptionsSampled> context) =>
            context.Message.Rewards.Contains("other") ? reward.AnswerAsync(context) : Task.CompletedTask;
    }
}
