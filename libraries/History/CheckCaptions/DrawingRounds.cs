using Pipeline.Contracts;
using Pipeline.History.ReadEvents;

namespace Pipeline.History.CheckCaptions;

/// <summary>One caption's drawings: round after round, from the seeds that follow from its own, as the run wants them drawn.</summary>
sealed class DrawingRounds(DrawingSettings? settings, CaptionSampled caption)
{
    readonly List<(ReadEvent Event, ImagesRendered Rendered)> _taken = [];
    int _samples;

    /// <summary>The drawings so far.</summary>
    public IReadOnlyList<(ReadEvent Event, ImagesRendered Rendered)> Taken => _taken;

    /// <summary>Takes the next round.</summary>
    public void Take(ReadEvent @event, ImagesRendered rendered)
    {
        if (settings is null) throw @event.Bad("the run draws nothing");
        var count = settings.RoundFrom(_samples);
        if (rendered.Images.Count != count)
            throw @event.Bad($"images: expected {count} from sample {_samples} on, found {rendered.Images.Count}");
        var images = rendered.Images.Select((image, index) =>
            image with { Sample = _samples + index, Seed = Ids.DrawingSeed(caption.Seed, _samples + index) }).ToArray();
        @event.Require(rendered with
        {
            CaptionId = caption.CaptionId, RunId = caption.RunId, Step = caption.Step, Images = images,
            Recipe = Recipe(rendered.Recipe, settings), Drawing = DrawingHash.Of(caption.Text, rendered.Recipe, images.Select(image => image.Seed)),
        });
        foreach (var image in rendered.Images)
            if (image.Sha256 is null == image.Invalid is null) throw @event.Bad("images: one is both a picture and none");
        _samples += count;
        _taken.Add((@event, rendered));
    }

    /// <summary>What the settings leave open, the drawing model's files decide.</summary>
    static DrawingRecipe Recipe(DrawingRecipe used, DrawingSettings settings) => used with
    {
        Scheduler = settings.Scheduler ?? used.Scheduler, Steps = settings.Steps ?? used.Steps,
        Guidance = settings.Guidance ?? used.Guidance,
        NegativePrompt = settings.NegativePrompt, Height = settings.Size ?? used.Height, Width = settings.Size ?? used.Width,
    };
}
