using Pipeline.Studio.Run;

namespace Pipeline.Studio.Tests.Run;

public sealed class FigureCsvTests
{
    [Fact]
    public void Every_step_is_a_line_with_every_figure_as_exact_as_it_is_and_nothing_where_there_is_none()
    {
        var table = MadeUp.Table(("objective/kl", [0.1 + 0.2, double.NaN]), ("reward/blip/mean", [0.5, 1e-9]));

        FigureCsv.Of(MadeUp.Settings(("blip", 2)), table).ShouldBe(
            "step,made,captions,reward,time/step,captions_per_second,objective/kl,reward/blip/mean\r\n"
            + "1,2026-01-02T03:04:15.000Z,4,1,9000,,0.30000000000000004,0.5\r\n"
            + "2,2026-01-02T03:04:25.000Z,4,2E-09,9000,0.4,,1E-09\r\n");
    }

    [Fact]
    public void A_run_without_steps_is_its_header() =>
        FigureCsv.Of(MadeUp.Settings(("blip", 1)), MadeUp.Table()).ShouldBe("step,made,captions,reward,time/step,captions_per_second\r\n");
}
