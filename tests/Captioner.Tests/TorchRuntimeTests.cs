using static TorchSharp.torch;

namespace Pipeline.Captioner.Tests;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void The_number_that_one_thread_set_holds_on_every_other()
    {
        TorchRuntime.Use(1);
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
    public void Less_than_one_thread_is_refused() => Should.Throw<ArgumentOutOfRangeException>(() => TorchRuntime.Use(0));

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:0:0")]
    public void A_device_that_is_none_is_refused_by_name(string device) =>
        Should.Throw<ArgumentException>(() => TorchRuntime.Use(1, device)).Message.ShouldContain($"'{device}' is not known");

    [Fact]
    public void A_gpu_that_is_not_there_is_refused_before_anything_is_computed()
    {
        Should.Throw<ArgumentException>(() => TorchRuntime.Use(1, "cuda:63")).Message.ShouldContain("'cuda:63' is not there");
        TorchRuntime.Device.type.ShouldBe(TorchSharp.DeviceType.CPU);
    }
}
