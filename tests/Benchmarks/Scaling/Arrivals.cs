using MassTransit;
using Pipeline.Contracts;

namespace Pipeline.Benchmarks.Scaling;

/// <summary>Counts the captions whose drawings were published.</summary>
sealed class Arrivals : IConsumer<CaptionsRendered>
{
    static readonly HashSet<Guid> Captions = [];
    static TaskCompletionSource complete = new();
    static int expected;

    /// <summary>Begins to count from nothing; ends when so many different captions are there.</summary>
    public static Task Expect(int captions)
    {
        lock (Captions)
        {
            Captions.Clear();
            (expected, complete) = (captions, new(TaskCreationOptions.RunContinuationsAsynchronously));
            return complete.Task;
        }
    }

    public Task Consume(ConsumeContext<CaptionsRendered> context)
    {
        lock (Captions)
        {
            foreach (var caption in context.Message.Captions) Captions.Add(caption.CaptionId);
            if (Captions.Count == expected) complete.TrySetResult();
        }
        return Task.CompletedTask;
    }
}
