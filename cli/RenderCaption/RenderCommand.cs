using System.CommandLine;
using System.Diagnostics;
using Pipeline.Cli.Local;
using Pipeline.Cli.Terminal;
using Pipeline.Contracts;
using Pipeline.Models.Pictures;
using Pipeline.Onnx;
using Pipeline.TextToImage;
using Pipeline.TextToImage.Schedulers;
using Spectre.Console;

namespace Pipeline.Cli.RenderCaption;

/// <summary><c>render CAPTION</c>: draws a caption as the service Diffusion would, without servers.</summary>
sealed class RenderCommand(IAnsiConsole console)
{
    const int Columns = 5;

    readonly Argument<string> _caption = new("CAPTION") { Description = "What to draw." };
    readonly Option<DirectoryInfo?> _out = new("--out") { Description = "Folder for the pictures (default: one under .local/renders)." };
    readonly Option<DirectoryInfo> _model = new Option<DirectoryInfo>("--model")
    {
        Description = "Folder of a diffusion model in diffusers' ONNX layout (default: models/tiny/diffusion).",
    }.AcceptExistingOnly();

    readonly Option<int> _samples = new("--samples") { Description = "How many pictures.", DefaultValueFactory = _ => 5 };
    readonly Option<long> _seed = new("--seed") { Description = "The caption's seed.", DefaultValueFactory = _ => 1 };
    readonly Option<string?> _scheduler = new("--scheduler")
    {
        Description = $"{string.Join(", ", SchedulerNames.Short)} (default: the model's own).",
    };

    readonly Option<int?> _steps = new("--steps") { Description = "Denoising steps." };
    readonly Option<double?> _guidance = new("--guidance") { Description = "Classifier-free guidance scale; 1: none." };
    readonly Option<string> _negative = new("--negative-prompt")
    {
        Description = "What guidance steers away from.", DefaultValueFactory = _ => "",
    };

    readonly Option<int?> _size = new("--size") { Description = "Height and width in pixels." };

    public static Command Create(IAnsiConsole console)
    {
        var render = new RenderCommand(console);
        var command = new Command("render", "Draw a caption: pictures as PNG, and a contact sheet.")
        {
            render._caption, render._out, render._model, render._samples, render._seed, render._scheduler, render._steps, render._guidance,
            render._negative, render._size,
        };
        command.SetAction((parsed, cancellation) => Task.Run(() => render.Invoke(parsed, cancellation), cancellation));
        return command;
    }

    void Invoke(ParseResult parsed, CancellationToken cancellation)
    {
        var (caption, samples, seed) = (parsed.GetValue(_caption)!, parsed.GetValue(_samples), parsed.GetValue(_seed));
        if (samples < 1) throw new CliException("--samples must be at least 1");
        var stack = LocalStack.Find();
        var folder = parsed.GetValue(_model)?.FullName ?? Path.Combine(stack.Root, "models", "tiny", "diffusion");
        using var model = DiffusionModel.Load(folder, new OnnxOptions { Threads = Environment.ProcessorCount });
        var plan = Plan(parsed, model);

        var pictures = Enumerable.Range(0, samples).Select(k => new PictureToDraw(caption, Ids.DrawingSeed(seed, k))).ToArray();
        var clock = Stopwatch.StartNew();
        var drawn = model.Draw(pictures, plan, cancellation);
        var seconds = clock.Elapsed.TotalSeconds;

        var into = parsed.GetValue(_out)?.FullName ?? Path.Combine(stack.Folder, "renders", Slug(caption));
        Write(into, pictures, drawn);
        var how = FormattableString.Invariant($"{plan.Scheduler.ShortName()}, {plan.Steps} steps, guidance {plan.Guidance}");
        Console.WriteLine(FormattableString.Invariant($"{Format.Count(samples, "picture")} in {seconds:0.00} s: {how}."));
    }

    DrawingPlan Plan(ParseResult parsed, DiffusionModel model)
    {
        var size = parsed.GetValue(_size);
        var plan = new DrawingPlan(
            parsed.GetValue(_scheduler) is { } name ? SchedulerNames.Parse(name) : model.Scheduler,
            parsed.GetValue(_steps) ?? model.Defaults.Steps, parsed.GetValue(_guidance) ?? model.Defaults.Guidance,
            parsed.GetValue(_negative)!, size ?? model.Defaults.Height, size ?? model.Defaults.Width);
        if (plan.Guidance < 1) throw new CliException("--guidance must be at least 1");
        try
        {
            model.RequirePossible(plan);
        }
        catch (ArgumentException impossible)
        {
            throw new CliException(impossible.Message);
        }

        return plan;
    }

    void Write(string folder, PictureToDraw[] pictures, IReadOnlyList<DrawnPicture> drawn)
    {
        Directory.CreateDirectory(folder);
        var table = new Table().Border(TableBorder.Simple).AddColumns("picture", "seed", "");
        foreach (var ((picture, result), k) in pictures.Zip(drawn).Select((pair, k) => (pair, k)))
        {
            var file = Path.Combine(folder, $"sample-{k}.png");
            if (result.Picture is { } valid) File.WriteAllBytes(file, PictureEncoder.Png(valid));
            table.AddRow(
                Markup.Escape(result.Picture is null ? "-" : ShortPath.Of(file)), $"{picture.Seed}", Markup.Escape(result.Invalid ?? ""));
        }

        if (drawn.Any(result => result.Picture is not null))
        {
            var sheet = Path.Combine(folder, "sheet.png");
            File.WriteAllBytes(sheet, PictureEncoder.Png(ContactSheet.Of([.. drawn.Select(result => result.Picture)], Columns)));
            table.AddRow(Markup.Escape(ShortPath.Of(sheet)), "", "all of them");
        }

        console.Write(table);
    }

    /// <summary>A folder's name that still says what was drawn.</summary>
    static string Slug(string caption)
    {
        var words = new string([.. caption.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')]);
        var slug = string.Join('-', words.Split('-', StringSplitOptions.RemoveEmptyEntries).Take(12));
        return slug.Length == 0 ? "empty" : slug[..Math.Min(slug.Length, 80)];
    }
}
