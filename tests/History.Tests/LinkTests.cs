using System.Text.Json.Nodes;
using Pipeline.Contracts;

namespace Pipeline.History.Tests;

/// <summary>Of two events that contradict each other the changed one is named, not what follows from it.</summary>
public sealed class LinkTests
{
    [Fact]
    public async Task A_link_that_was_changed_with_its_digest_is_named_itself()
    {
        var run = SmallRun.Completed();
        foreach (var type in (string[])["run_started.v1", "policy_updated.v1"])
            foreach (var index in Enumerable.Range(0, run.History.Events.Count).Where(i => run.History.Events[i].Type == type))
            {
                var finding = await AfterAsync(run, index, json =>
                {
                    if (json["settings"] is { } settings) settings["name"] = "another";
                    else json["timings"]!["time/update"] = 1;
                });

                finding.Version.ShouldBe(run.History.Events[index].Version, finding.Problem);
                finding.Type.ShouldBe(type);
            }
    }

    [Fact]
    public async Task A_changed_reference_to_the_version_before_is_named_and_not_that_version()
    {
        var run = SmallRun.Completed();
        var index = run.History.Events.FindIndex(@event => @event.Type == "policy_updated.v1" && @event.Json.Contains("\"version\":3", StringComparison.Ordinal));

        var finding = await AfterAsync(run, index, json => json["previous"] = new string('0', 64));

        finding.Version.ShouldBe(run.History.Events[index].Version);
        finding.Problem.ShouldContain("it links to");
    }

    [Fact]
    public async Task The_reason_of_a_failure_and_all_else_in_the_run_s_stream_is_under_a_root()
    {
        var run = SmallRun.Completed();
        var index = run.History.Events.FindIndex(@event => @event.Type == "run_failed.v1");

        var finding = await AfterAsync(run, index, json => json["reason"] = "nothing happened");

        finding.Type.ShouldBe("run_completed.v1");
        finding.Problem.ShouldContain("streamRoot");
    }

    static async Task<Finding> AfterAsync(SmallRun run, int index, Action<JsonObject> change)
    {
        var history = run.History.Copy();
        var json = JsonNode.Parse(history.Events[index].Json)!.AsObject();
        change(json);
        var type = EventNames.All.Single(name => name.Value == history.Events[index].Type).Key;
        history.Events[index] = history.Events[index] with
        {
            Json = json.ToJsonString(),
            Digest = CanonicalJson.Sha256(System.Text.Json.JsonSerializer.Deserialize(json.ToJsonString(), type, ContractJson.Options)!),
        };
        return (await new Auditor(history).AuditAsync(run.Id, TestContext.Current.CancellationToken)).Finding.ShouldNotBeNull();
    }
}
