using Pipeline.Contracts;

namespace Pipeline.Projections.Tests;

public sealed class FigureTests(EventStore store) : IClassFixture<EventStore>
{
    readonly ProjectionStore _projections = new(store.Database) { Window = 3 };

    [Fact]
    public async Task A_run_has_its_figures_step_by_step_and_NaN_where_a_step_had_none()
    {
        var run = await GrownAsync(steps: 3);

        var figures = await _projections.FiguresAsync(run.Id, cancellation: Cancel);

        figures.Names.ShouldBe(["objective/kl", "reward/blip/mean", "reward/oracle/mean", "time/update", "importance/ess"]);
        figures.Steps.ShouldBe([1, 2, 3]);
        figures.Captions.ShouldBe([2, 2, 2]);
        figures.Column("reward/blip/mean").ShouldBe([0.5, 1.5, 2.5]);
        figures.Column("time/update").ShouldBe([80.0, 80, 80]);
        figures.Column("importance/ess").ShouldBe([double.NaN, 1, 2]);
        figures.Column("nothing").ShouldBeNull();
        for (var step = 0; step < 3; step++) figures.Made[step].ShouldBeGreaterThan(figures.Opened[step]);
    }

    [Fact]
    public async Task Who_knows_some_steps_gets_the_later_ones_with_the_same_names()
    {
        var run = await GrownAsync(steps: 3);

        var figures = await _projections.FiguresAsync(run.Id, afterStep: 2, Cancel);

        figures.Steps.ShouldBe([3]);
        figures.Column("objective/kl").ShouldBe([0.125]);
        figures.Names.Count.ShouldBe(5);
        (await _projections.FiguresAsync(Guid.NewGuid(), cancellation: Cancel)).Names.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_evaluation_has_means_details_and_figures_of_the_texts()
    {
        var run = await GrownAsync(steps: 1);
        await run.EvaluateAsync();

        var evaluation = (await _projections.FiguresAsync(run.Id, cancellation: Cancel)).Evaluations.Single();

        (evaluation.Version, evaluation.Split, evaluation.Mode, evaluation.CaptionLength).ShouldBe((1, "heldout", DecodingMode.Greedy, 5));
        (evaluation.Rewards["blip"].Mean, evaluation.Rewards["blip"].Details["itm"], evaluation.Metrics["cider_d"]).ShouldBe((0.75, 0.5, 0.25));
        (await _projections.FiguresAsync(run.Id, afterStep: 1, Cancel)).Evaluations.Count.ShouldBe(1, "it came after step 1");
        (await _projections.FiguresAsync(run.Id, afterStep: 2, Cancel)).Evaluations.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_curve_in_few_points_has_the_means_of_equal_parts()
    {
        var (run, idle) = (await GrownAsync(steps: 4), await GrownAsync(steps: 0));

        // blip has weight 2 and is 0.5, 1.5, 2.5, 3.5; oracle has weight 0.
        var rewards = await _projections.SparklinesAsync([run.Id, idle.Id], points: 2, Cancel);

        rewards.Keys.ShouldBe([run.Id], "the other has no step");
        rewards[run.Id].ShouldBe([2.0, 6]);
        (await _projections.SparklinesAsync([run.Id], points: 60, Cancel))[run.Id].ShouldBe([1.0, 3, 5, 7]);
    }

    async Task<MadeUpRun> GrownAsync(int steps)
    {
        var run = new MadeUpRun(store);
        await run.StartAsync();
        for (var step = 0; step < steps; step++) await run.StepAsync();
        return run;
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
