using MassTransit;

namespace Pipeline.Learner.CollectScores;

/// <summary>Queue <c>collect-scores</c>. Order does not matter.</summary>
public sealed class CollectScoresConsumerDefinition : ConsumerDefinition<CollectScoresConsumer>
{
    /// <summary>Names the queue and bounds the concurrency.</summary>
    public CollectScoresConsumerDefinition()
    {
        EndpointName = "collect-scores";
        ConcurrentMessageLimit = 16;
    }
}
