using Pipeline.Cli.WatchRun;
using Pipeline.Contracts;

namespace Pipeline.Cli.Tests.WatchRun;

public sealed class PlainLinesTests
{
    readonly StringWriter _output = new() { NewLine = "\n" };

    [Fact]
    public void A_run_is_one_line_per_step_and_evaluation_in_the_order_of_versions()
    {
        new PlainLines(_output).Show(RecordedRun.After(RecordedRun.Events.Count), null);

        const string details = "grammatical 1.000  hallucination 0.100  precision 0.900  recall";
        _output.ToString().ShouldBe($"""
            run 01234567-89ab-5cde-8f01-23456789abcd  small, 2 steps
            heldout v0 greedy  reward 1.000  blip 0.500  oracle 0.400  f1 0.400  {details} 0.200
            heldout v0 sampled  reward 0.800  blip 0.400  oracle 0.300  f1 0.300  {details} 0.150
            step 1/2  reward 1.200  blip 0.600  oracle 0.250  kl 0.100  sample 0.10 s  score 0.05 s  update 0.25 s  wait 0.01 s
            step 2/2  reward 1.400  blip 0.700  oracle 0.250  kl 0.300  sample 0.10 s  score 0.05 s  update 0.25 s  wait 0.01 s
            heldout v2 greedy  reward 1.600  blip 0.800  oracle 0.600  f1 0.600  {details} 0.300
            heldout v2 sampled  reward 1.400  blip 0.700  oracle 0.500  f1 0.500  {details} 0.250
            run 01234567 completed: 2 steps in 0:13

            """, StringCompareShould.IgnoreLineEndings);
    }

    [Fact]
    public void Shown_as_it_grows_it_says_the_same_as_shown_once()
    {
        var grown = new PlainLines(_output);
        for (var events = 0; events <= RecordedRun.Events.Count; events++) grown.Show(RecordedRun.After(events), null);

        var once = new StringWriter { NewLine = "\n" };
        new PlainLines(once).Show(RecordedRun.After(RecordedRun.Events.Count), null);
        _output.ToString().ShouldBe(once.ToString());
    }

    [Fact]
    public void Metrics_are_at_the_end_of_their_evaluation_and_a_suspicion_is_told_once_in_plain_words()
    {
        var lines = new PlainLines(_output);
        for (var i = 0; i < 2; i++) lines.Show(RecordedRun.Suspected(), null);

        var said = _output.ToString().Split('\n');
        said.Single(line => line.StartsWith("heldout v2 greedy", StringComparison.Ordinal)).ShouldEndWith("perplexity 4.000  cider_d 1.500  rouge_l 0.750");
        said.Where(line => line.StartsWith("warning", StringComparison.Ordinal)).ShouldBe([
            "warning: version 2 may have hacked its reward: blip rose from 0.600 to 0.700 (training), but fluency fell from -0.750 to -2.250 "
            + "(held-out, sampled); fluency fell from -0.750 to -2.000 (held-out, greedy)"]);
    }

    [Fact]
    public void What_a_run_waits_for_is_said_once()
    {
        var lines = new PlainLines(_output);
        for (var i = 0; i < 3; i++) lines.Show(RecordedRun.After(6), "reward blip: 2 captions of step 1 not scored yet");
        _output.ToString().Split('\n').Count(line => line.StartsWith("waiting: reward blip", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void A_failure_is_told_with_its_reason_and_the_way_out()
    {
        var run = RecordedRun.Apply(RecordedRun.After(7), [new RunFailed(RecordedRun.Id, 1, "the disk is full")]);
        new PlainLines(_output).Show(run, null);
        _output.ToString().ShouldContain("failed after step 1: the disk is full");
        _output.ToString().ShouldContain("./pipeline resume 01234567");
    }
}
