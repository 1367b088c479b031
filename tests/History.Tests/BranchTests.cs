using System.Text.Json;
using Pipeline.Contracts;

namespace Pipeline.History.Tests;

/// <summary>A branch's history stands in three places: its own stream, the other run's and the replay's.</summary>
public sealed class BranchTests
{
    static readonly string Other = new('0', 64);

    /// <summary>What is forged, the type of the event that must be named, and what must be said of it.</summary>
    static readonly (string What, Func<object, object?> Forge, string Type, string Said)[] Forgeries =
    [
        ("the branch point", written => written is BranchSettings branch ? branch with { Parent = new PolicyRef(0, Other) } : null,
            "run_started.v1", "settings.branch.parent.checkpoint"),
        ("captions of another step", written => written is StepOpened { Step: 1 } step ? step with { Captions = [.. step.Captions.Reverse()] } : null,
            "step_opened.v1", "captions[0]"),
        ("a replay of another run", written => written is ReplayStarted started ? started with { RunId = Guid.Empty } : null, "replay_started.v1", "runId"),
        ("the captions of a replay", written => written is ReplayStarted started ? started with { CaptionsRoot = Other } : null,
            "replay_started.v1", "captionsRoot"),
        ("the scores of a replay", written => written is ReplayCompleted completed ? completed with { ScoresRoot = Other } : null,
            "replay_completed.v1", "scoresRoot"),
        ("another model in mid-replay", written => written is CaptionRescored { Score: > 0.4 } score ? score with { Model = "another" } : null,
            "caption_rescored.v1", "model"),
    ];

    public static TheoryData<string> Cases => [.. Forgeries.Select(forgery => forgery.What)];

    static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_branch_as_it_was_written_is_good_and_so_is_the_run_beside_it()
    {
        var run = SmallRun.Completed();
        SmallBranch.Write(run);

        var report = await new Auditor(run.History).AuditAsync(SmallBranch.Id, Cancel);

        report.Finding.ShouldBeNull();
        report.Versions.ShouldBe(2);
        (await new Auditor(run.History).AuditAsync(run.Id, Cancel)).Finding.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_is_forged_in_a_branch_or_its_replay_is_named(string what)
    {
        var (_, forge, type, said) = Forgeries.Single(forgery => forgery.What == what);
        var run = SmallRun.Completed();
        SmallBranch.Write(run, forge);

        var finding = (await new Auditor(run.History).AuditAsync(SmallBranch.Id, Cancel)).Finding.ShouldNotBeNull(what);

        finding.Type.ShouldBe(type, finding.Problem);
        finding.Problem.ShouldContain(said);
    }

    [Theory]
    [InlineData("replay_started.v1")]
    [InlineData("replay_completed.v1")]
    public async Task A_replay_without_its_beginning_or_its_end_is_none(string type)
    {
        var run = SmallRun.Completed();
        SmallBranch.Write(run);
        var gone = run.History.Events.Single(@event => @event.Type == type);
        run.History.Events.Remove(gone);
        var left = run.History.Events.Where(@event => @event.Stream == gone.Stream).OrderBy(@event => @event.Version).ToArray();
        foreach (var (@event, place) in left.Select((@event, i) => (@event, i + 1)))
            run.History.Events[run.History.Events.IndexOf(@event)] = @event with { Version = place };
        run.History.Versions[gone.Stream] = left.Length;

        var finding = (await new Auditor(run.History).AuditAsync(SmallBranch.Id, Cancel)).Finding.ShouldNotBeNull();

        finding.Type.ShouldBe(type);
        finding.Problem.ShouldContain("is missing, although a branch learned from it");
    }

    [Fact]
    public async Task What_was_dropped_on_purpose_with_the_other_run_is_not_missed_in_the_branch()
    {
        var run = SmallRun.Completed();
        SmallBranch.Write(run);
        var drawing = run.History.Events.Where(@event => @event.Type == "images_rendered.v1")
            .Select(@event => JsonSerializer.Deserialize<ImagesRendered>(@event.Json, ContractJson.Options)!)
            .First(rendered => rendered.Step == 0).Images.Select(image => image.Sha256).OfType<string>().First();
        run.History.Blobs.Remove(drawing);
        (await new Auditor(run.History).AuditAsync(SmallBranch.Id, Cancel)).Finding.ShouldNotBeNull("it is gone and nobody said so");

        run.History.Append(Streams.Run(run.Id), "run-archived", "", new RunArchived(run.Id, 4, [4], [drawing]));

        var report = await new Auditor(run.History).AuditAsync(SmallBranch.Id, Cancel);
        report.Finding.ShouldBeNull();
        report.DroppedOnPurpose.ShouldBe(1);
    }
}
