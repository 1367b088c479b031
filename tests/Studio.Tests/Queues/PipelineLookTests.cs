using Pipeline.Studio.Queues;

namespace Pipeline.Studio.Tests.Queues;

public sealed class PipelineLookTests
{
    [Fact]
    public void What_was_given_up_of_a_queue_is_told_with_it_and_queues_of_no_work_are_left_out() =>
        PipelineLook.Of(
        [
            new("gone_error", 2, 0), new("learner-skipped_skipped", 3, 0), new("render-images", 7, 2, 4, new(new(1.5), new(0.5))), new("render-images_error", 5, 0), new("sample-captions", 0, 0),
        ]).ShouldBe([new QueueState("render-images", 7, 4, 2, 1.5, 0.5, 5), new QueueState("sample-captions", 0, 0, 0, null, null, 0), new QueueState("gone", 0, 0, 0, null, null, 2)]);

    [Fact]
    public void Where_nobody_tells_of_queues_there_is_no_list_and_no_empty_one() => PipelineLook.Of(null).ShouldBeNull();
}
