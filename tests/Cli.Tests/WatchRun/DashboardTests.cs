using Pipeline.Cli.WatchRun;

namespace Pipeline.Cli.Tests.WatchRun;

public sealed class DashboardTests
{
    [Theory]
    [InlineData(80, 24)]
    [InlineData(160, 45)]
    public void It_fits_the_terminal_at_every_moment_of_a_run(int width, int height)
    {
        for (var events = 0; events <= RecordedRun.Events.Count; events++)
        {
            var lines = Render(events, width, height);
            lines.Length.ShouldBeLessThan(height);
            lines.ShouldAllBe(line => line.Length <= width);
        }
    }

    [Fact]
    public void It_names_step_rewards_kl_stages_and_evaluations()
    {
        var screen = string.Join('\n', Render(RecordedRun.Events.Count, 80, 24));
        string[] parts =
            ["step 2/2", "reward", "1.400", "blip", "oracle", "KL", "sample 0.10 s", "update 0.25 s", "heldout v0", "heldout v2"];
        foreach (var part in parts) screen.ShouldContain(part);
    }

    [Fact]
    public void Metrics_have_columns_and_a_suspicion_a_line_also_on_80_columns()
    {
        var lines = Screen.Lines(Dashboard.Render(RecordedRun.Suspected(), null, "", 80, 24), 80);
        lines.Length.ShouldBeLessThan(24);
        lines.ShouldAllBe(line => line.Length <= 80);
        lines.ShouldContain(line => line.Contains("ppl") && line.Contains("CIDEr"));
        lines.ShouldContain(line => line.Contains("4.00") && line.Contains("1.50"));
        lines.ShouldContain(line => line.Contains("reward hacking suspected, version 2: blip rose, fluency fell"));
    }

    static string[] Render(int events, int width, int height)
    {
        var waiting = events % 2 == 0 ? null : new string('w', 200);
        return Screen.Lines(Dashboard.Render(RecordedRun.After(events), waiting, "Ctrl-C stops watching", width, height), width);
    }
}
