using System.CommandLine;
using Pipeline.Cli.Local;
using Pipeline.Cli.Projections;
using Pipeline.Cli.Terminal;
using Pipeline.Projections;
using Pipeline.Projections.Pictures;
using Spectre.Console;

namespace Pipeline.Cli.Lineage;

/// <summary><c>lineage (CHECKPOINT-DIR | SHA256 | RUN@VERSION)</c>, <c>lineage --image ID</c>, <c>lineage --caption ID</c></summary>
static class LineageCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var policy = new Argument<string?>("POLICY")
        {
            Description = "A folder with a checkpoint, the SHA-256 of weights or of a checkpoint's manifest, or RUN[@VERSION].",
            DefaultValueFactory = _ => null,
        };
        var image = new Option<string?>("--image") { Description = "The other way: which policies learned from this picture (SHA-256, or its first 8 digits or more)." };
        var caption = new Option<Guid?>("--caption") { Description = "The other way: which policies learned from this caption (its id)." };
        var captions = new Option<bool>("--captions") { Description = "List every caption: picture, seed, policy, scores and models." };
        var json = new Option<FileInfo?>("--json") { Description = "Write every caption into a JSON file." };
        var csv = new Option<FileInfo?>("--csv") { Description = "Write every caption into a CSV file, a line per caption and reward." };
        var command = new Command("lineage", "Tell which captions, pictures, seeds and models are behind weights, and the other way round.")
        {
            policy, image, caption, captions, json, csv,
        };
        command.Validators.Add(result =>
        {
            var asked = (result.GetValue(policy) is null ? 0 : 1) + (result.GetResult(image) is null ? 0 : 1) + (result.GetResult(caption) is null ? 0 : 1);
            if (asked != 1) result.AddError("name a policy, --image or --caption: one of them");
            if (result.GetValue(policy) is null && (result.GetValue(captions) || result.GetValue(json) is not null || result.GetValue(csv) is not null))
                result.AddError("--captions, --json and --csv list what is behind a policy: name one");
            if (result.GetValue(policy) is ['-', ..] option) result.AddError($"Unrecognized option '{option}'.");
            if (result.GetValue(image) is { } picture && (picture.Length is < 8 or > 64 || picture.Any(digit => !char.IsAsciiHexDigitLower(digit))))
                result.AddError($"--image '{picture}' is no SHA-256 and no beginning of one: at least 8 lower-case hex digits");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var connection = LocalStack.Find().Open();
            var projections = await CatchUpBars.CatchUpAsync(console, connection, cancellation);
            if (parsed.GetValue(image) is { } picture) return await PictureAsync(picture, projections, cancellation);
            if (parsed.GetValue(caption) is { } captionId) return await CaptionAsync(captionId, projections, cancellation);
            return await BehindAsync(
                parsed.GetValue(policy)!, connection, projections,
                parts => Writers(parts, parsed.GetValue(captions), parsed.GetValue(json), parsed.GetValue(csv)), cancellation);
        });
        return command;
    }

    static async Task<int> BehindAsync(
        string name, Connection connection, ProjectionStore projections, Func<IReadOnlyList<LineagePart>, IReadOnlyList<ILineageWriter>> open,
        CancellationToken cancellation)
    {
        var target = await LineageTarget.FindAsync(name, new RunCatalogue(connection), projections, cancellation);
        var trace = new LineageTrace(connection, projections);
        var parts = await trace.PartsAsync(target.RunId, target.Version, cancellation);
        foreach (var line in LineageText.Head(parts)) Console.WriteLine(line);

        var summary = new LineageSummary();
        var writers = open(parts);
        try
        {
            foreach (var part in parts)
                await foreach (var step in trace.StepsAsync(part, cancellation))
                {
                    summary.Add(step);
                    foreach (var writer in writers) writer.Add(step);
                }
            foreach (var writer in writers) writer.End(summary);
        }
        finally
        {
            foreach (var writer in writers) await writer.DisposeAsync();
        }
        foreach (var line in LineageText.Summary(parts, summary)) Console.WriteLine(line);
        if (target.Contradiction is not null) Console.WriteLine($"But {target.Contradiction}.");
        return summary.IsComplete && target.Contradiction is null ? 0 : 1;
    }

    static async Task<int> PictureAsync(string beginning, ProjectionStore projections, CancellationToken cancellation)
    {
        var found = await projections.PicturesAsync(beginning, cancellation);
        if (found.Count != 1)
            throw new CliException(found.Count == 0
                ? $"no caption of a run describes a picture {beginning}"
                : $"'{beginning}' may be any of {string.Join(", ", found)}: give more of it");
        var picture = await projections.PictureAsync(found[0], cancellation);
        var learned = picture.Captions.Where(captions => captions.Use == PictureUse.Learned).GroupBy(captions => captions.RunId)
            .Select(run => (run.Key, run.Min(captions => captions.Version)));
        var text = new DescentText(await projections.RunsAsync(cancellation));
        foreach (var line in text.Picture(picture).Concat(text.Descent(await projections.DescentAsync(learned, cancellation)))) Console.WriteLine(line);
        return 0;
    }

    static async Task<int> CaptionAsync(Guid captionId, ProjectionStore projections, CancellationToken cancellation)
    {
        var caption = await projections.CaptionAsync(captionId, cancellation) ?? throw new CliException($"there is no caption {captionId} in this store");
        var learned = await projections.LearnedFromAsync(captionId, cancellation);
        var first = learned.GroupBy(policy => policy.RunId).Select(run => (run.Key, run.Min(policy => policy.Version)));
        var text = new DescentText(await projections.RunsAsync(cancellation));
        foreach (var line in text.Caption(caption, learned).Concat(text.Descent(await projections.DescentAsync(first, cancellation)))) Console.WriteLine(line);
        return 0;
    }

    static IReadOnlyList<ILineageWriter> Writers(IReadOnlyList<LineagePart> parts, bool captions, FileInfo? json, FileInfo? csv)
    {
        var writers = new List<ILineageWriter>();
        if (captions) writers.Add(new LineageLines());
        if (json is not null) writers.Add(new LineageJson(json.Create(), parts));
        if (csv is not null) writers.Add(new LineageCsv(csv.Create()));
        return writers;
    }
}
