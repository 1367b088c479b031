using static TorchSharp.torch;

namespace Pipeline.Captioner.Tests;

public sealed class TorchThreadsTests
{
    [Fact]
    public void The_number_that_one_thread_set_holds_on_every_other()
    {
        TorchThreads.Use(1);
        var elsewhere = 0;
        var thread = new Thread(() =>
        {
            using var work = rand(512, 512).matmul(rand(512, 512));
            elsewhere = get_num_threads();
        });
        thread.Start();
        thread.Join();
        elsewhere.ShouldBe(1);
    }

    [Fact]
    public void Less_than_one_thread_is_refused() => Should.Throw<ArgumentOutOfRangeException>(() => TorchThreads.Use(0));
}
