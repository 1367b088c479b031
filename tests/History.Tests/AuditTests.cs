using Pipeline.Contracts;
using Pipeline.History.Bundles;

namespace Pipeline.History.Tests;

public sealed class AuditTests
{
    [Fact]
    public async Task A_history_as_it_was_written_is_good_and_all_of_it_is_covered()
    {
        var run = SmallRun.Completed();

        var report = await new Auditor(run.History).AuditAsync(run.Id, Cancel);

        report.Finding.ShouldBeNull();
        report.NotCovered.ShouldBeEmpty();
        report.NotChecked.ShouldBeEmpty();
        report.Events.ShouldBe(run.History.Events.Count, "every event was looked at");
        report.Digests.ShouldBe(report.Events);
        report.Blobs.ShouldBe(run.History.Blobs.Count, "every blob was looked at");
        report.Bytes.ShouldBe(run.History.Blobs.Values.Sum(blob => (long)blob.Length));
        (report.Versions, report.Evaluations, report.Captions).ShouldBe((4, 6, 24));
        report.Drawings.ShouldBe(run.History.Events.Count(@event => @event.Type == "drawing_stored.v1"));
    }

    [Fact]
    public async Task A_history_from_before_the_roots_of_evaluations_is_good_and_what_is_not_covered_is_said()
    {
        var run = SmallRun.Completed(isOld: true);

        var report = await new Auditor(run.History).AuditAsync(run.Id, Cancel);

        report.Finding.ShouldBeNull();
        report.Digests.ShouldBe(0);
        report.NotCovered.Count.ShouldBe(7);
        report.NotCovered.Count(gap => gap.Contains("evaluation of version", StringComparison.Ordinal)).ShouldBe(6);
        report.NotCovered[^1].ShouldContain("policy_updated.v1");
    }

    /// <summary>Nothing comes after the last event of a run: only the store's own count says that it was there.</summary>
    [Fact]
    public async Task The_last_event_of_a_run_is_missed_when_it_is_lost()
    {
        var run = SmallRun.Completed();
        var lost = run.History.Events.Single(@event => @event.Type == "run_completed.v1");
        run.History.Events.Remove(lost);

        var finding = (await new Auditor(run.History).AuditAsync(run.Id, Cancel)).Finding;

        finding.ShouldNotBeNull();
        (finding.Stream, finding.Version).ShouldBe((lost.Stream, lost.Version));
    }

    [Fact]
    public async Task What_was_dropped_on_purpose_is_told_and_not_bad_and_anything_else_that_is_gone_is_bad()
    {
        var run = SmallRun.Archived();

        var report = await new Auditor(run.History).AuditAsync(run.Id, Cancel);

        report.Finding.ShouldBeNull();
        report.DroppedOnPurpose.ShouldBe(2);
        report.Events.ShouldBe(run.History.Events.Count);

        var lost = run.History.Events.Last(@event => @event.Type == "policy_updated.v1");
        var weights = System.Text.Json.Nodes.JsonNode.Parse(lost.Json)!["weightsSha256"]!.GetValue<string>();
        run.History.Blobs.Remove(weights);
        (await new Auditor(run.History).AuditAsync(run.Id, Cancel)).Finding!.Blob.ShouldBe(weights);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_run_that_is_under_way_is_good_as_far_as_it_is(int version)
    {
        var run = SmallRun.UnderWay(version);

        var report = await new Auditor(run.History).AuditAsync(run.Id, Cancel);

        report.Finding.ShouldBeNull();
        report.Versions.ShouldBe(version);
        report.NotCovered.ShouldContain(gap => gap.Contains("step_opened.v1", StringComparison.Ordinal));
        report.Events.ShouldBe(run.History.Events.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_exported_is_audited_without_the_store_and_just_as_good(bool withBlobs)
    {
        var run = SmallRun.Completed();
        var seen = new RecordingHistory(run.History);
        var direct = await new Auditor(seen).AuditAsync(run.Id, Cancel);
        var file = new MemoryStream();
        await BundleWriter.WriteAsync(file, run.Id, seen, withBlobs, Cancel);

        using var bundle = BundleHistory.Open(new MemoryStream(file.ToArray()));
        var report = await new Auditor(bundle).AuditAsync(bundle.RunId, Cancel);

        report.Finding.ShouldBeNull();
        (report.Events, report.Captions, report.Versions).ShouldBe((direct.Events, direct.Captions, direct.Versions));
        (report.Blobs + report.NotChecked.Count).ShouldBe(direct.Blobs);
        report.NotChecked.Count.ShouldBe(withBlobs ? 0 : seen.Opened.Except(seen.Read).Count());
        if (!withBlobs) report.NotChecked.Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_run_that_is_not_there_is_bad()
    {
        var report = await new Auditor(new MemoryHistory()).AuditAsync(Guid.Empty, Cancel);

        report.Finding!.Stream.ShouldBe(Streams.Run(Guid.Empty));
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
