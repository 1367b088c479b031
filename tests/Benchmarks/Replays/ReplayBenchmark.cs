using System.Diagnostics;
using MassTransit;
using Pipeline.Contracts;
using Pipeline.FullSize.BlipItm;
using Pipeline.Hosting;
using Pipeline.Models;
using Pipeline.Replays;
using Pipeline.Rewards;
using Pipeline.Similarity.Blip;
using Pipeline.Testing;

namespace Pipeline.Benchmarks.Replays;

/// <summary>
/// A replay through broker and store against the same reward in a bare loop: the same captions in the same groups, in turns. Both know the
/// pictures already, so that what is compared is not the decoding of pictures.
/// </summary>
static class ReplayBenchmark
{
    /// <summary>Measures the embedded pack's BLIP, then one of the published size with random weights.</summary>
    public static async Task RunAsync()
    {
        await MeasureAsync("the embedded pack", Path.Combine(Repository.Root, "models", "tiny", "blip"), captions: 4000, pictures: 100, rounds: 5);
        using var full = new BlipFolder();
        await MeasureAsync("the published size, random weights", full.Model, captions: 1000, pictures: 8, rounds: 2);
    }

    static async Task MeasureAsync(string what, string model, int captions, int pictures, int rounds)
    {
        await using var stack = new TestStack();
        await stack.InitializeAsync();
        var quiet = new Dictionary<string, string?> { ["Pipeline:LogLevel"] = "Fatal" };
        await using var service = await PipelineHost.StartAsync(stack, builder =>
        {
            builder.AddPipelineDefaults("similarity");
            builder.Services.AddCaptionReward("blip", _ => Blip(model));
        }, quiet);
        await using var client = await PipelineHost.StartAsync(stack, builder => builder.AddPipelineDefaults("cli"), quiet);
        var (events, blobs) = (client.Get<EventAppender>(), client.Get<IBlobStore>());
        var run = await RecordedCaptions.AppendAsync(events, blobs, captions, pictures);
        var plan = ReplayPlan.Of(run, new(0, int.MaxValue), null, isDrawn: false);
        using var bare = Blip(model);

        Console.WriteLine($"{plan.Captions} captions in messages of {run.Settings.MicroBatch}, BLIP of {what}");
        Console.WriteLine("round  loop, captions/s  replay, captions/s  replay / loop");
        for (var round = 0; round <= rounds; round++)
        {
            var loop = await LoopAsync(bare, run, plan, events, blobs);
            var replay = await ReplayAsync(client, run, plan, events);
            if (round > 0) Console.WriteLine($"{round,5}  {loop,16:0}  {replay,18:0}  {replay / loop,13:0.00}"); // the first one warms up
        }
    }

    static async Task<double> LoopAsync(BlipReward reward, RecordedRun run, ReplayPlan plan, EventAppender events, IBlobStore blobs)
    {
        var sampled = (await events.LoadAsync<CaptionSampled>(plan.CaptionIds.Select(Streams.Caption))).ToDictionary(caption => caption.CaptionId);
        var batches = plan.Batches.Select(batch => batch.CaptionIds.Select(id => sampled[id]).Select(caption => new CaptionToScore(
            caption.CaptionId, caption.Text, caption.PictureSha256, token => blobs.OpenReadAsync(caption.PictureSha256, token))).ToArray()).ToArray();
        var clock = Stopwatch.StartNew();
        foreach (var batch in batches) await reward.ScoreAsync(batch, CancellationToken.None);
        return plan.Captions / clock.Elapsed.TotalSeconds;
    }

    static async Task<double> ReplayAsync(PipelineHost client, RecordedRun run, ReplayPlan plan, EventAppender events)
    {
        var clock = Stopwatch.StartNew();
        var journal = await ReplayJournal.OpenAsync(events, new(run.RunId, "blip", "blip", new(0, int.MaxValue), null), plan, isNew: true, default);
        await using var inbox = await ReplayInbox.OpenAsync(client.Get<IBusControl>(), journal.Replay.ReplayId, isDrawn: false, default);
        await new Replayer(
            journal, plan, new ReplayMessages(events, journal.Replay, run, isDrawn: false), client.Get<IBus>(), inbox, new ReplayOptions(),
            _ => Task.FromResult<string?>(null)).RunAsync(null, default);
        return plan.Captions / clock.Elapsed.TotalSeconds;
    }

    static BlipReward Blip(string model) => new(
        new ModelFolder(model), BlipHead.Itc, new BlipCleaning(true, 4, 35), 256L << 20);
}
