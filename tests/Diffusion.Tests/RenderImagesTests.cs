using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Models.Pictures;
using Pipeline.Testing;

namespace Pipeline.Diffusion.Tests;

/// <summary>Drawing on a real broker and event store. Each test has its own: what one parks is nobody else's.</summary>
public sealed class RenderImagesTests : IAsyncLifetime
{
    static readonly DrawingSettings Drawing = new() { Rewards = ["vgg"], Samples = 3, MicroBatch = 2, Guidance = 2 };

    readonly TestStack stack = new();
    readonly TestPack pack = new("whole-steps-external");

    public ValueTask InitializeAsync() => stack.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        pack.Dispose();
        return stack.DisposeAsync();
    }

    static string[] StreamsOf(CaptionsSampled sampled) => [.. sampled.Captions.Select(caption => Streams.Caption(caption.CaptionId))];

    [Fact]
    public async Task Captions_are_drawn_stored_recorded_and_published_with_all_that_decided_the_pictures()
    {
        await using var service = await DrawingStack.StartAsync(stack, pack);
        var sampled = DrawingStack.Sampled(3, Drawing, "vgg");

        await service.PublishAsync(sampled);
        await service.PublishedAsync(2);

        var published = service.Published.SelectMany(message => message.Captions).ToDictionary(caption => caption.CaptionId);
        var recorded = await service.StoredAsync<ImagesRendered>(StreamsOf(sampled));
        recorded.Count.ShouldBe(3);
        foreach (var (rendered, caption) in recorded.Zip(sampled.Captions))
        {
            (rendered.CaptionId, rendered.RunId, rendered.Step).ShouldBe((caption.CaptionId, sampled.RunId, sampled.Step));
            rendered.Images.Select(image => (image.Sample, image.Seed)).ShouldBe(
                Enumerable.Range(0, 3).Select(k => (k, Ids.DrawingSeed(caption.Seed, k))));
            published[caption.CaptionId].Images.ShouldBe(rendered.Images);
            published[caption.CaptionId].Text.ShouldBe(caption.Text);
            var recipe = rendered.Recipe;
            (recipe.Scheduler, recipe.Steps, recipe.Guidance, recipe.Height, recipe.Width).ShouldBe(("ddim", 4, 2, 16, 16));
            foreach (var image in rendered.Images)
            {
                var file = await service.Host.Get<IBlobStore>().ReadAsync(image.Sha256!, TestContext.Current.CancellationToken);
                var picture = new PictureDecoder().Decode(file, image.Sha256!);
                (picture.Width, picture.Height).ShouldBe((16, 16));
            }

            // What drew is content too: its manifest names every file with its hash.
            var manifest = await service.Host.Get<CheckpointStore>().ManifestAsync(recipe.Model, TestContext.Current.CancellationToken);
            manifest.Files.Select(file => file.Path).ShouldContain("unet/weights.pb");
        }

        recorded.SelectMany(rendered => rendered.Images).Select(image => image.Sha256).ShouldBeUnique();
    }

    [Fact]
    public async Task What_is_drawn_for_a_replay_is_told_with_its_recipe_and_not_recorded_with_the_captions()
    {
        await using var service = await DrawingStack.StartAsync(stack, pack);
        var sampled = DrawingStack.Sampled(2, Drawing, "vgg");
        await service.PublishAsync(sampled);
        await service.PublishedAsync(1);
        var replay = new Contracts.RenderImages(
            Guid.NewGuid(), 1, sampled.BatchId, ["vgg"], Drawing with { Steps = 3 }, 0, 3, sampled.Captions, Replay: true);

        await service.PublishAsync(replay);
        await service.PublishedAsync(2);

        var told = service.Published[1];
        (told.RunId, told.Replay, told.Recipe!.Steps).ShouldBe((replay.RunId, true, 3));
        var recorded = await service.StoredAsync<ImagesRendered>(StreamsOf(sampled));
        recorded.Count.ShouldBe(2);
        told.Captions.SelectMany(caption => caption.Images).Select(image => image.Sha256)
            .ShouldNotBe(recorded.SelectMany(rendered => rendered.Images).Select(image => image.Sha256));
    }

    [Fact]
    public async Task A_command_that_comes_again_draws_and_appends_nothing_and_is_answered_again_with_what_was_recorded()
    {
        using var counter = new DrawingCounter();
        await using var service = await DrawingStack.StartAsync(stack, pack);
        var sampled = DrawingStack.Sampled(2, Drawing, "vgg");

        await service.PublishAsync(sampled);
        await service.PublishedAsync(1);
        await service.PublishAsync(sampled);
        await service.PublishedAsync(2);

        counter.Counts.ShouldBe((2, 0));
        (await service.StoredAsync<ImagesRendered>(StreamsOf(sampled))).Count.ShouldBe(2);
        service.Published[1].Captions.SelectMany(caption => caption.Images).ShouldBe(
            service.Published[0].Captions.SelectMany(caption => caption.Images));
    }

    [Fact]
    public async Task An_equal_drawing_is_made_once_and_found_by_the_next_caption_that_asks_for_it()
    {
        using var counter = new DrawingCounter();
        await using var service = await DrawingStack.StartAsync(stack, pack);
        var first = DrawingStack.Sampled(1, Drawing, "vgg");
        var second = DrawingStack.Sampled(1, Drawing, "vgg");
        var other = second with
        {
            Captions = [second.Captions[0] with { CaptionId = Guid.NewGuid(), Seed = 7 }], BatchId = Guid.NewGuid(),
        };

        foreach (var (sampled, answers) in (IReadOnlyList<(CaptionsSampled, int)>)[(first, 1), (second, 2), (other, 3)])
        {
            await service.PublishAsync(sampled);
            await service.PublishedAsync(answers);
        }

        var recorded = await service.StoredAsync<ImagesRendered>([.. StreamsOf(first), .. StreamsOf(second), .. StreamsOf(other)]);
        recorded[1].Drawing.ShouldBe(recorded[0].Drawing);
        recorded[1].Images.ShouldBe(recorded[0].Images);
        recorded[2].Drawing.ShouldNotBe(recorded[0].Drawing);
        var stored = await service.StoredAsync<DrawingStored>([Streams.Drawing(recorded[0].Drawing), Streams.Drawing(recorded[2].Drawing)]);
        stored.Count.ShouldBe(2);
        counter.Counts.ShouldBe((2, 1));
    }

    [Fact]
    public async Task A_later_round_draws_the_samples_that_follow_and_an_early_one_is_no_answer_to_it()
    {
        await using var service = await DrawingStack.StartAsync(stack, pack);
        var sampled = DrawingStack.Sampled(1, Drawing, "vgg");
        var round = new Contracts.RenderImages(
            sampled.RunId, sampled.Step, sampled.BatchId, ["vgg"], Drawing with { StandardErrorBound = 0.01 }, 0, 2, sampled.Captions);

        await service.PublishAsync(round);
        await service.PublishedAsync(1);
        await service.PublishAsync(round with { FirstSample = 2, Count = 1 });
        await service.PublishedAsync(2);

        var recorded = await service.StoredAsync<ImagesRendered>(StreamsOf(sampled));
        recorded.Select(rendered => rendered.Images.Select(image => image.Sample).ToArray()).ShouldBe([[0, 1], [2]]);
        service.Published[1].Captions[0].Images.ShouldBe(recorded[1].Images);
    }

    [Fact]
    public async Task What_is_no_picture_is_recorded_as_invalid_with_the_reason()
    {
        using var black = new TestPack("whole-steps-external", decoder: "black");
        await using var service = await DrawingStack.StartAsync(stack, black);
        var sampled = DrawingStack.Sampled(1, Drawing, "vgg");

        await service.PublishAsync(sampled);
        await service.PublishedAsync(1);

        var recorded = await service.StoredAsync<ImagesRendered>(StreamsOf(sampled));
        recorded.Single().Images.ShouldAllBe(image => image.Sha256 == null && image.Invalid!.Contains("black"));
    }

    [Fact]
    public async Task What_the_model_cannot_draw_is_parked_with_the_reason_and_nothing_is_recorded()
    {
        await using var service = await DrawingStack.StartAsync(stack, pack);
        var sampled = DrawingStack.Sampled(1, Drawing with { Size = 17 }, "vgg");

        await service.PublishAsync(sampled);
        var parked = await Eventually.GetAsync(
            "the command is parked", async () => (await stack.Broker.MessagesAsync("render-images_error")).SingleOrDefault());

        ((string)parked.Headers["MT-Fault-Message"]!).ShouldContain("multiples of 2");
        (await service.StoredAsync<ImagesRendered>(StreamsOf(sampled))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_workers_share_the_work_and_give_what_one_alone_gives()
    {
        var sampled = DrawingStack.Sampled(12, Drawing with { MicroBatch = 1 }, "vgg");
        var alone = new TestStack();
        await alone.InitializeAsync();
        IReadOnlyList<ImagesRendered> expected;
        await using (var service = await DrawingStack.StartAsync(alone, pack))
        {
            await service.PublishAsync(sampled);
            await service.PublishedAsync(12);
            expected = await service.StoredAsync<ImagesRendered>(StreamsOf(sampled));
        }

        await alone.DisposeAsync();

        await using var one = await DrawingStack.StartAsync(stack, pack);
        await using var two = await DrawingStack.StartAsync(stack, pack);
        await one.PublishAsync(sampled);
        await Eventually.HoldsAsync("all are drawn", async () => (await one.StoredAsync<ImagesRendered>(StreamsOf(sampled))).Count == 12);

        (await one.StoredAsync<ImagesRendered>(StreamsOf(sampled))).SelectMany(rendered => rendered.Images)
            .ShouldBe(expected.SelectMany(rendered => rendered.Images));
    }
}
