using MassTransit;

namespace Pipeline.Learner.ResumeRun;

/// <summary>Queue <c>resume-run</c>, one command at a time.</summary>
public sealed class ResumeRunConsumerDefinition : ConsumerDefinition<ResumeRunConsumer>
{
    /// <summary>Names the queue and bounds the concurrency.</summary>
    public ResumeRunConsumerDefinition()
    {
        EndpointName = "resume-run";
        ConcurrentMessageLimit = 1;
    }
}
