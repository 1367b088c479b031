using System.Text.Json.Nodes;
using Pipeline.Cli.Reports;

namespace Pipeline.Cli.Tests.Reports;

public sealed class RunReportTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_file_holds_the_greedy_figures_of_the_held_out_pictures_before_and_after()
    {
        await JsonFile.WriteAsync(
            _folder["deep/report.json"], RunReport.Of(RecordedRun.After(RecordedRun.Events.Count), null),
            TestContext.Current.CancellationToken);

        var report = JsonNode.Parse(await File.ReadAllTextAsync(_folder["deep/report.json"], TestContext.Current.CancellationToken))!;
        report["runId"]!.GetValue<Guid>().ShouldBe(RecordedRun.Id);
        report["steps"]!.GetValue<int>().ShouldBe(2);
        report["seconds"]!.GetValue<double>().ShouldBe(13);
        report["captionsPerSecond"]!.GetValue<double>().ShouldBe(4 / 13.0, 0.001);
        foreach (var (when, reward, f1) in new[] { ("before", 1.0, 0.4), ("after", 1.6, 0.6) })
        {
            var figures = report["heldOut"]![when]!.AsObject();
            figures.Select(pair => pair.Key).ShouldBe(["reward", "precision", "recall", "f1", "hallucination", "grammatical"]);
            figures["reward"]!.GetValue<double>().ShouldBe(reward, 1e-9);
            figures["f1"]!.GetValue<double>().ShouldBe(f1, 1e-9);
        }
        report["sampled"]!["after"]!["reward"]!.GetValue<double>().ShouldBe(1.4, 1e-9);
    }

    [Fact]
    public async Task The_file_holds_metrics_before_and_after_and_what_the_run_is_suspected_of()
    {
        await JsonFile.WriteAsync(_folder["report.json"], RunReport.Of(RecordedRun.Suspected(), null), TestContext.Current.CancellationToken);

        var report = JsonNode.Parse(await File.ReadAllTextAsync(_folder["report.json"], TestContext.Current.CancellationToken))!;
        report["metrics"]!.AsObject().Select(metric => metric.Key).ShouldBe(["cider_d", "length", "perplexity", "rouge_l"]);
        report["metrics"]!["perplexity"]!.ToJsonString().ShouldBe(
            """{"greedy":{"before":2,"after":4},"sampled":{"before":2,"after":4}}""");
        report["suspicions"]!.AsArray().Single()!["version"]!.GetValue<int>().ShouldBe(2);

        var old = RunReport.Of(RecordedRun.After(RecordedRun.Events.Count), null);
        (old.Metrics.Count, old.Suspicions.Count).ShouldBe((0, 0), "from before there were any");
    }

    [Fact]
    public void A_run_that_was_not_evaluated_to_its_end_has_no_held_out_figures() =>
        RunReport.Of(RecordedRun.After(8), null).HeldOut.ShouldBeNull();
}
