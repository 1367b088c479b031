using Pipeline.Cli.Reproduce.Paper;

namespace Pipeline.Cli.Tests.Reproduce.Paper;

public sealed class DiskNeedTests
{
    [Fact]
    public void A_disk_that_will_be_full_is_named_before_it_is()
    {
        DiskNeed.Warning(45_200_000_000, 13_000_000_000).ShouldBe("warning: all versions of all runs take about 45.2 GB; there are 13.0 GB free");
        DiskNeed.Warning(1_000, 1_001).ShouldBeNull();
    }
}
