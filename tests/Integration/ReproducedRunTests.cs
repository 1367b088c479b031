using System.Text.Json;
using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Integration;

/// <summary>The experiments of <c>reproduce</c>, a few steps of each, as a command.</summary>
[Collection(nameof(DrawnRun))]
public sealed class ReproducedRunTests(DrawnRun drawn) : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("pipeline-reproduced-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Estimators_are_compared_in_one_report_whose_runs_are_made_once_and_can_be_audited_and_rebuilt()
    {
        string[] command = ["reproduce", "estimators", "--steps", "2", "--seed", "7", "--heldout-pictures", "2", "--out", folder];

        var (code, output) = await CommandLine.RunAsync(drawn.Pipeline.Environment, command);

        code.ShouldBe(0, output);
        var first = File.ReadAllText(Path.Combine(folder, "results.json"));
        using var results = JsonDocument.Parse(first);
        var runs = results.RootElement.GetProperty("experiments").EnumerateArray().ToDictionary(
            experiment => experiment.GetProperty("experiment").GetProperty("estimator").GetString()!,
            experiment => experiment.GetProperty("seeds")[0].GetProperty("runId").GetGuid());
        runs.Values.Distinct().Count().ShouldBe(4);

        // The page holds everything that it shows.
        var page = File.ReadAllText(Path.Combine(folder, "report.html"));
        page.ShouldContain("SCST, greedy baseline");
        page.Split("src=\"").Skip(1).ShouldAllBe(source => source.StartsWith("data:image/", StringComparison.Ordinal));

        // Whose baselines are greedy: as many captions are drawn, a fifth of them is not learned from, and all of it can be verified.
        var scst = runs["scst"];
        var captions = await drawn.Pipeline.OfCaptionsAsync<CaptionSampled>(
            [.. (await drawn.Pipeline.HistoryAsync(scst)).OfType<PolicyUpdated>().SelectMany(update => update.CaptionIds)]);
        captions.Count.ShouldBe(80);
        captions.Count(caption => caption.Decoding.Mode == DecodingMode.Greedy).ShouldBe(16);
        foreach (var verify in (string[][])[["audit", $"{scst}"], ["rebuild", $"{scst}", "--out", Path.Combine(folder, "rebuilt")]])
        {
            var (verified, said) = await CommandLine.RunAsync(drawn.Pipeline.Environment, verify);
            verified.ShouldBe(0, said);
        }

        var (again, _) = await CommandLine.RunAsync(drawn.Pipeline.Environment, command);
        again.ShouldBe(0);
        File.ReadAllText(Path.Combine(folder, "results.json")).ShouldBe(first, "what is in the store is read");
    }
}
