using System.CommandLine;
using Pipeline.Cli.AwaitScores;
using Pipeline.Cli.ImportPictures;
using Pipeline.Cli.Local;
using Pipeline.Cli.Reports;
using Pipeline.Cli.Runs;
using Pipeline.Cli.Terminal;
using Pipeline.Contracts;
using Spectre.Console;

namespace Pipeline.Cli.Reproduce.Variance;

/// <summary><c>reproduce mc-variance</c>: a caption's score is a mean over drawings; how good is it with k of them?</summary>
sealed class McVarianceCommand(IAnsiConsole console)
{
    readonly Option<int> _captions = AtLeast(100, new("--captions")
    {
        Description = "Captions, at least 100, of the embedded held-out pictures.", DefaultValueFactory = _ => 128,
    });

    readonly Option<int> _samples = AtLeast(2, new("--samples")
    {
        Description = "Drawings of each caption, 2 to 64.", DefaultValueFactory = _ => 8,
    });

    readonly Option<string> _reward = new("--reward")
    {
        Description = "A reward that looks at drawn pictures.", DefaultValueFactory = _ => "vgg",
    };

    readonly Option<long> _seed = new("--seed") { Description = "Decides every random number.", DefaultValueFactory = _ => 1 };
    readonly Option<int> _timeout = TimeoutOption.Create();
    readonly Option<DirectoryInfo?> _out = new("--out") { Description = "Where Markdown, CSV and plot go (default: .local/reproduce)." };
    readonly Option<FileInfo?> _json = new("--json") { Description = "Write the figures to a file." };

    public static Command Create(IAnsiConsole console)
    {
        var study = new McVarianceCommand(console);
        var command = new Command("mc-variance", "Measure how well k drawings of a caption tell its score. Interrupted, it goes on later.")
        {
            study._captions, study._samples, study._reward, study._seed, study._timeout, study._out, study._json,
        };
        command.SetAction(study.InvokeAsync);
        return command;
    }

    async Task InvokeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(_samples) > 64) throw new CliException("--samples must be at most 64");
        var (stack, reward) = (LocalStack.Find(), parsed.GetValue(_reward)!);
        if (!LocalStack.IsElsewhere) await stack.UpAsync(Console.Error.WriteLine);
        await using var connection = stack.Open();
        var offered = await new RewardDiscovery(connection.Options).FindAsync([reward], cancellation);
        offered.Require([reward]);
        if (!offered.Pictures.Contains(reward))
            throw new CliException($"reward {reward} scores captions themselves: drawing them changes nothing about it");

        var plan = await PlanAsync(connection, stack, reward, parsed, cancellation);
        var pictures = (await connection.PictureSets.LoadAsync(plan.Pictures, cancellation)).Pictures.Select(picture => picture.Sha256);
        var captions = plan.Captions([.. pictures], parsed.GetValue(_captions));
        var scores = await ScoresAsync(connection, plan, captions, offered, TimeSpan.FromSeconds(parsed.GetValue(_timeout)), cancellation);

        var report = VarianceReport.Of(plan, scores, await RunDrawings.LoadAsync(connection, plan.Id, cancellation));
        console.Write(VarianceText.Table(report));
        Console.WriteLine(VarianceText.Sentence(report));
        var folder = parsed.GetValue(_out)?.FullName ?? Path.Combine(stack.Folder, "reproduce");
        await WriteAsync(connection, folder, report, scores, cancellation);
        if (parsed.GetValue(_json) is { } json) await JsonFile.WriteAsync(json.FullName, report, cancellation);
    }

    async Task<VariancePlan> PlanAsync(
        Connection connection, LocalStack stack, string reward, ParseResult parsed, CancellationToken cancellation)
    {
        var pack = Path.Combine(stack.Root, "models", "tiny");
        return new VariancePlan(
            await connection.Checkpoints.ImportAsync(Path.Combine(pack, "captioner"), cancellation),
            await new PictureArgument(connection).ResolveAsync(Path.Combine(pack, "pictures", "captions_heldout.json"), cancellation),
            reward, parsed.GetValue(_seed), new DrawingSettings { Rewards = [reward], Samples = parsed.GetValue(_samples) });
    }

    async Task<IReadOnlyList<CaptionScored>> ScoresAsync(
        Connection connection, VariancePlan plan, IReadOnlyList<CaptionRequest> captions, OfferedRewards offered, TimeSpan patience,
        CancellationToken cancellation)
    {
        var wait = new ScoreWait(connection, [.. captions.Select(caption => caption.CaptionId)], [plan.Reward], offered, isDrawn: true);
        var scored = (await wait.LookAsync(cancellation)).Scores.Select(score => score.CaptionId).ToHashSet();
        if (scored.Count > 0) Console.WriteLine($"{scored.Count} of {Format.Count(captions.Count, "caption")} are scored already.");
        var progress = await WaitingLine.ShowAsync(
            console, "Measuring",
            say => wait.AskAsync(
                async () =>
                {
                    foreach (var command in plan.Commands(captions, scored)) await connection.SendAsync(command, cancellation);
                },
                patience, now => say(now.Sentence(plan.Drawing)), cancellation));
        return progress.IsComplete
            ? progress.Scores
            : throw new CliException($"{progress.Problem(offered, plan.Drawing, patience)}. The same command goes on where this one was");
    }

    static async Task WriteAsync(
        Connection connection, string folder, VarianceReport report, IReadOnlyList<CaptionScored> scores, CancellationToken cancellation)
    {
        const string name = "mc-variance";
        string At(string ending) => Path.Combine(folder, $"{name}{ending}");
        Directory.CreateDirectory(folder);
        var streams = scores.Select(score => Streams.Caption(score.CaptionId));
        var captions = await connection.Events.LoadAsync<CaptionSampled>(streams, cancellation);
        await File.WriteAllTextAsync(At(".md"), VarianceText.Markdown(report, $"{name}.svg"), cancellation);
        await File.WriteAllTextAsync(At(".csv"), VarianceText.Csv(report), cancellation);
        await File.WriteAllTextAsync(At("-scores.csv"), VarianceText.ScoresCsv(captions, scores), cancellation);
        VariancePlot.Save(report, At(".svg"), At(".png"));
        PlotFile.WarnWithoutFonts();
        Console.WriteLine($"Written to {ShortPath.Of(folder)}: {name}.md, .csv, -scores.csv, .svg, .png");
    }

    static Option<int> AtLeast(int least, Option<int> option)
    {
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < least) result.AddError($"{option.Name} must be at least {least}");
        });
        return option;
    }
}
