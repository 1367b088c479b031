using Pipeline.Projections.Runs;
using Pipeline.Studio.Lineage;
using Pipeline.Studio.Tests.Run;

namespace Pipeline.Studio.Tests.Lineage;

public sealed class PolicyGraphTests
{
    [Fact]
    public void A_branch_lies_below_the_run_that_it_began_from_and_begins_at_its_version()
    {
        RunSummary first = Run(10), second = Run(3), branch = Run(20), twig = Run(2);
        var graph = PolicyGraph.Of([second, first, branch, twig], [From(branch, first, 4), From(twig, branch, 5)]);

        graph.Lines.Select(line => line.Run).ShouldBe([second, first, branch, twig]);
        graph.Lines.Select(line => line.Row).ShouldBe([0, 1, 2, 3]);
        graph.Lines.Select(line => line.Start).ShouldBe([0, 0, 4, 9]);
        graph.Lines.Select(line => line.Parent).ShouldBe([null, null, first.RunId, branch.RunId]);
        graph.Lines[3].ParentVersion.ShouldBe(5);
        graph.Width.ShouldBe(24);
    }

    [Fact]
    public void Branches_of_one_run_follow_it_before_the_next_run_does()
    {
        RunSummary first = Run(1), last = Run(1), one = Run(1), two = Run(1);
        PolicyGraph.Of([first, last, one, two], [From(one, first, 1), From(two, first, 0)]).Lines.Select(line => line.Run)
            .ShouldBe([first, one, two, last]);
    }

    [Fact]
    public void A_branch_of_a_run_that_is_not_drawn_is_a_line_of_its_own()
    {
        RunSummary branch = Run(2), elsewhere = Run(9);
        var line = PolicyGraph.Of([branch], [From(branch, elsewhere, 4)]).Lines.ShouldHaveSingleItem();
        line.Parent.ShouldBeNull();
        line.Start.ShouldBe(0);
    }

    [Fact]
    public void A_run_whose_checkpoint_two_runs_have_is_drawn_once()
    {
        RunSummary one = Run(5), other = Run(5), child = Run(1);
        PolicyGraph.Of([one, other, child], [From(child, one, 5), From(child, other, 5)]).Lines.Count.ShouldBe(3);
    }

    [Fact]
    public void Nothing_is_one_version_wide() => PolicyGraph.Of([], []).ShouldSatisfyAllConditions(graph => graph.Lines.ShouldBeEmpty(), graph => graph.Width.ShouldBe(1));

    static RunSummary Run(int versions) => MadeUp.Run() with { Policy = new PolicyRef(versions, new('c', 64)) };

    static RunOrigin From(RunSummary run, RunSummary parent, int version) => new(run.RunId, run.Settings.Name, parent.RunId, version, null);
}
