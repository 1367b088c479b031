namespace Pipeline.History.Tests;

/// <summary>A thousand single changes, one at a time, each of which must be found where it was made.</summary>
public sealed class TamperingTests
{
    const int Changes = 1000;

    /// <summary>A damaged disk, or a hand that knows nothing of digests.</summary>
    [Fact]
    public async Task Each_of_1000_changes_is_found_and_the_event_or_the_blob_is_named()
    {
        var run = SmallRun.Completed();
        await foreach (var (tampering, finding) in EachAsync(run, seed: 1, isCareful: false))
        {
            finding.ShouldNotBeNull($"{tampering}");
            if (tampering.Blob is not null) finding.Blob.ShouldBe(tampering.Blob, $"{tampering}: {finding}");
            else finding.Stream.ShouldBe(tampering.Stream, $"{tampering}: {finding}");
            if (tampering.Version > 0) finding.Version.ShouldBe(tampering.Version, $"{tampering}: {finding}");
        }
    }

    /// <summary>Somebody who makes the digest beside an event fit: roots, links and what can be computed again remain.</summary>
    [Fact]
    public async Task Each_of_1000_careful_changes_is_found_and_the_stream_is_among_those_that_are_named()
    {
        var run = SmallRun.Completed();
        var exact = 0;
        await foreach (var (tampering, finding) in EachAsync(run, seed: 2, isCareful: true))
        {
            finding.ShouldNotBeNull($"{tampering}");
            if (tampering.Blob is not null) finding.Blob.ShouldBe(tampering.Blob, $"{tampering}: {finding}");
            else finding.Suspects.ShouldContain(tampering.Stream, $"{tampering}: {finding}");
            if (tampering.Blob is not null || finding.Stream == tampering.Stream) exact++;
        }
        TestContext.Current.SendDiagnosticMessage("{0} of {1} were named to the stream", exact, Changes);
        exact.ShouldBeGreaterThan(Changes / 2);
    }

    static async IAsyncEnumerable<(Tampering, Finding?)> EachAsync(SmallRun run, int seed, bool isCareful)
    {
        var random = new Random(seed);
        for (var i = 0; i < Changes; i++)
        {
            var history = run.History.Copy();
            var tampering = Tampering.Of(history, random, isCareful);
            yield return (tampering, (await new Auditor(history).AuditAsync(run.Id, TestContext.Current.CancellationToken)).Finding);
        }
    }
}
