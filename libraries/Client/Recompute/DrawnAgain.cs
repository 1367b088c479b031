using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Models.Pictures;
using Pipeline.Onnx;
using Pipeline.TextToImage;
using Pipeline.TextToImage.Schedulers;

namespace Pipeline.Client;

/// <summary>Draws captions again, as Diffusion did, when the model that drew them is at hand.</summary>
sealed class DrawnAgain(Connection connection, string folder, Comparison comparison) : IDisposable
{
    /// <summary>Levels of 255 by which another machine's rounding may change a pixel.</summary>
    const double Tolerance = 3;

    DiffusionModel? _model;

    /// <summary>Compares a caption's drawings.</summary>
    public async Task CompareAsync(CaptionSampled caption, ImagesRendered rendered, CancellationToken cancellation)
    {
        if (!await IsModelAsync(rendered.Recipe.Model, cancellation))
        {
            comparison.NotCompared($"drawings: {folder} is not the model that drew them ({rendered.Recipe.Model[..12]}); --diffusion-model names it");
            return;
        }
        var valid = rendered.Images.Where(image => image.Sha256 is not null).ToArray();
        var recipe = rendered.Recipe;
        var drawn = _model!.Draw(
            [.. valid.Select(image => new PictureToDraw(caption.Text, image.Seed))],
            new DrawingPlan(
                SchedulerNames.Parse(recipe.Scheduler), recipe.Steps, recipe.Guidance, recipe.NegativePrompt, recipe.Height, recipe.Width),
            cancellation);
        foreach (var (image, again) in valid.Zip(drawn)) await CompareAsync(caption, image, again, cancellation);
    }

    public void Dispose() => _model?.Dispose();

    async Task CompareAsync(CaptionSampled caption, RenderedImage image, DrawnPicture again, CancellationToken cancellation)
    {
        var where = $"images_rendered.v1, {Streams.Caption(caption.CaptionId)}: sample {image.Sample} of '{caption.Text}'";
        if (again.Picture is not { } picture)
        {
            comparison.Problems.Add($"{where} is no picture when it is drawn again: {again.Invalid}");
            return;
        }
        var recorded = new PictureDecoder().Decode(await connection.Blobs.ReadAsync(image.Sha256!, cancellation), image.Sha256!);
        comparison.Compare(
            "pictures drawn", [.. recorded.Pixels.ToArray().Select(level => (double)level)], [.. picture.Pixels.ToArray().Select(level => (double)level)],
            Tolerance, difference => $"{where} differs from what is drawn again by {difference:0} of 255");
    }

    /// <summary>Whether the folder holds the model of that manifest, file by file.</summary>
    async Task<bool> IsModelAsync(string manifest, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder)) return false;
        _model ??= DiffusionModel.Load(folder, new OnnxOptions { Threads = 1 });
        var recorded = (await connection.Checkpoints.ManifestAsync(manifest, cancellation)).Files;
        return recorded.Count == _model.Files.Count
            && recorded.All(file => _model.Files.TryGetValue(file.Path, out var here) && here.Sha256 == file.Sha256);
    }
}
