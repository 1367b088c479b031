using Pipeline.TextToImage.Schedulers;

namespace Pipeline.TextToImage.Tests;

public sealed class DiffusionModelTests
{
    static readonly DrawingPlan Plan = new(SchedulerClass.Ddim, 4, 2, "", 16, 16);

    static IReadOnlyList<PictureToDraw> Wanted => [new("a red circle", 1), new("a blue star", 2), new("a red circle", 3), new("", 4)];

    static byte[][] Pixels(DiffusionModel model, IEnumerable<PictureToDraw> pictures, DrawingPlan? plan = null) =>
        [.. model.Draw([.. pictures], plan ?? Plan, TestContext.Current.CancellationToken).Select(drawn => drawn.Picture!.Pixels)];

    [Theory]
    [InlineData("half")]
    [InlineData("other-names")]
    public void The_same_networks_exported_with_other_names_and_types_draw_the_same_pictures(string variant)
    {
        using var pack = new TestPack("whole-steps-external");
        using var other = new TestPack(variant);
        using var model = DiffusionModel.Load(pack.Folder);
        using var again = DiffusionModel.Load(other.Folder);

        foreach (var (a, b) in Pixels(model, Wanted).Zip(Pixels(again, Wanted)))
            a.Zip(b, (left, right) => Math.Abs(left - right)).Max().ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public void A_picture_depends_on_its_own_text_and_seed_and_on_no_company_order_or_batch()
    {
        using var pack = new TestPack("whole-steps-external");
        using var model = DiffusionModel.Load(pack.Folder, batchSize: 20);
        using var small = DiffusionModel.Load(pack.Folder, batchSize: 2);
        var together = Pixels(model, Wanted);

        Pixels(model, Wanted.Reverse()).Reverse().ShouldBe(together);
        Pixels(small, Wanted).ShouldBe(together);
        Pixels(model, [Wanted[2]]).Single().ShouldBe(together[2]);
        together[0].ShouldNotBe(together[2], "another seed is another picture");
        Pixels(model, [Wanted[0] with { Text = "a blue star" }]).Single().ShouldNotBe(together[0], "another text is another picture");
    }

    [Fact]
    public void Guidance_of_one_ignores_the_negative_prompt_and_more_moves_away_from_it()
    {
        using var pack = new TestPack("whole-steps-external");
        using var model = DiffusionModel.Load(pack.Folder);
        byte[] Draw(double guidance, string negative) =>
            Pixels(model, [Wanted[0]], Plan with { Guidance = guidance, NegativePrompt = negative }).Single();

        Draw(1, "a heart").ShouldBe(Draw(1, ""));
        Draw(3, "a heart").ShouldNotBe(Draw(3, ""));
        Draw(3, "").ShouldNotBe(Draw(1, ""));
        Draw(3, "a red circle").ShouldBe(Draw(1, ""), "guided from a prompt to itself, nothing changes");
    }

    [Theory]
    [InlineData(SchedulerClass.Ddim)]
    [InlineData(SchedulerClass.Pndm)]
    [InlineData(SchedulerClass.EulerDiscrete)]
    [InlineData(SchedulerClass.DpmSolverMultistep)]
    public void Every_scheduler_draws_with_a_pack_made_for_another_one(SchedulerClass scheduler)
    {
        using var pack = new TestPack("other-names");
        using var model = DiffusionModel.Load(pack.Folder);

        var drawn = model.Draw(Wanted, Plan with { Scheduler = scheduler, Steps = 7 }, TestContext.Current.CancellationToken);

        drawn.ShouldAllBe(picture => picture.Invalid == null);
    }

    [Theory]
    [InlineData("black", "black")]
    [InlineData("not-finite", "not finite")]
    public void What_is_no_picture_says_why(string decoder, string reason)
    {
        using var pack = new TestPack("whole-steps-external", decoder);
        using var model = DiffusionModel.Load(pack.Folder);

        model.Draw(Wanted, Plan, TestContext.Current.CancellationToken).ShouldAllBe(drawn => drawn.Picture == null && drawn.Invalid!.Contains(reason));
    }

    [Fact]
    public void What_the_model_cannot_draw_is_an_error_that_says_so()
    {
        using var pack = new TestPack("whole-steps-external");
        using var model = DiffusionModel.Load(pack.Folder);

        Should.Throw<ArgumentException>(() => model.RequirePossible(Plan with { Height = 15 })).Message.ShouldContain("multiples of 2");
        Should.Throw<ArgumentException>(() => model.RequirePossible(Plan with { Steps = 0 }));
        Should.Throw<ArgumentException>(() => model.RequirePossible(Plan with { Steps = 1001 }));
    }
}
