using System.CommandLine;
using Pipeline.Cli.AwaitScores;
using Pipeline.Cli.Local;
using Pipeline.Cli.Reports;
using Pipeline.Cli.Reproduce.Paper.Measure;
using Pipeline.Cli.Reproduce.Paper.Plan;
using Pipeline.Cli.Reproduce.Paper.Report;
using Pipeline.Cli.Terminal;
using Spectre.Console;

namespace Pipeline.Cli.Reproduce.Paper;

/// <summary><c>reproduce table1</c> and its siblings: the paper's experiments, a section of the report each, or all.</summary>
sealed class PaperCommand(IAnsiConsole console, string name, IReadOnlyList<Section> sections)
{
    readonly Option<string> _pack = new Option<string>("--pack")
    {
        Description = "The model pack: tiny (embedded) or full (the published models; give --images and --heldout).",
        DefaultValueFactory = _ => Recipe.Tiny.Pack,
    }.AcceptOnlyFromAmong(Recipe.Tiny.Pack, Recipe.Full.Pack);

    readonly Option<long[]> _seeds = new("--seed")
    {
        Description = "A seed, may be repeated (default: 1 to 5).", DefaultValueFactory = _ => [1, 2, 3, 4, 5],
        AllowMultipleArgumentsPerToken = true,
    };

    readonly Option<int?> _steps = AtLeastOne<int?>("--steps", null, "Learning steps of every run, for a quick look (default: the recipe's).");
    readonly Option<int> _heldOutPictures = AtLeastOne("--heldout-pictures", 32, "Measure on the first so many held-out pictures.");
    readonly Option<int> _atOnce = AtLeastOne("--at-once", 2, "Runs that are under way at once; it changes no result.");
    readonly Option<string> _retrieval = new("--retrieval-reward") { Description = "The reward that compares picture and caption.", DefaultValueFactory = _ => "blip" };
    readonly Option<string> _diffusion = new("--diffusion-reward") { Description = "The reward that compares picture and drawings.", DefaultValueFactory = _ => "vgg" };
    readonly Option<string?> _images = new("--images") { Description = "Training pictures, at least 128: a set, a folder, or a COCO captions JSON." };
    readonly Option<string?> _heldOut = new("--heldout") { Description = "Held-out pictures; as --images." };
    readonly Option<DirectoryInfo> _captioner = new Option<DirectoryInfo>("--captioner") { Description = "Folder of the captioner (default: the pack's)." }.AcceptExistingOnly();
    readonly Option<int> _timeout = TimeoutOption.Create();
    readonly Option<DirectoryInfo?> _out = new("--out") { Description = "Where the report goes (default: .local/reproduce/PACK-NAME)." };

    /// <summary>The commands: one for each section, and one for all of them.</summary>
    public static IEnumerable<Command> CreateAll(IAnsiConsole console) =>
    [
        .. Section.All.Select(section => new PaperCommand(console, section.Name, [section]).Create(section.Title)),
        new PaperCommand(console, "all", Section.All).Create("All of them, in one report."),
    ];

    Command Create(string description)
    {
        var command = new Command(name, description)
        {
            _pack, _seeds, _steps, _heldOutPictures, _atOnce, _retrieval, _diffusion, _images, _heldOut, _captioner, _timeout, _out,
        };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetResult(_pack)?.Tokens is not [{ Value: var pack }] || pack != Recipe.Full.Pack) return;
            foreach (var option in (Option<string?>[])[_images, _heldOut])
                if (parsed.GetValue(option) is null)
                    parsed.AddError($"the full pack has no pictures of its own: give {option.Name}, such as a set of {ThisCommand.Name} data coco");
        });
        command.SetAction(InvokeAsync);
        return command;
    }

    async Task InvokeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var seeds = parsed.GetValue(_seeds)!.Distinct().ToArray();
        var recipe = parsed.GetValue(_pack) == Recipe.Full.Pack ? Recipe.Full : Recipe.Tiny;
        if (parsed.GetValue(_steps) is { } steps) recipe = recipe with { Steps = (_, _) => steps };
        Experiment[] experiments = [.. sections.SelectMany(section => section.Experiments).Distinct()];
        var stack = LocalStack.Find();
        if (!LocalStack.IsElsewhere) await stack.UpAsync(Console.Error.WriteLine);
        await using var connection = stack.Open();

        var request = new PackRequest(
            recipe.Pack, parsed.GetValue(_captioner)?.FullName, parsed.GetValue(_images), parsed.GetValue(_heldOut),
            parsed.GetValue(_heldOutPictures), parsed.GetValue(_retrieval)!, parsed.GetValue(_diffusion)!);
        var (with, pictures, offered) = await new PackContents(connection, stack)
            .ResolveAsync(request, [.. experiments.Select(experiment => experiment.Pictures).Distinct()], cancellation);
        using var reference = await Reference.LoadAsync(connection, with.Captioner, cancellation);
        var measurement = new PolicyMeasurement(connection, with, offered, reference, TimeSpan.FromSeconds(parsed.GetValue(_timeout)));
        var versions = seeds.Length * experiments.Sum(experiment => recipe.Steps(experiment.Signal, experiment.Pictures));
        await DiskNeed.WarnAsync(connection, with.Captioner, versions, cancellation);
        var study = new Study(connection, recipe, with, pictures, measurement, parsed.GetValue(_atOnce));
        var results = await WaitingLine.ShowAsync(
            console, $"Reproducing {name}", say => study.ConductAsync(experiments, seeds, say, cancellation));

        var report = new Reproduction(recipe.Pack, seeds, with, parsed.GetValue(_heldOutPictures), results);
        var folder = parsed.GetValue(_out)?.FullName ?? Path.Combine(stack.Folder, "reproduce", $"{recipe.Pack}-{name}");
        await new ReportFolder(connection, folder).WriteAsync(report, sections, name, cancellation);
        await JsonFile.WriteAsync(Path.Combine(folder, "results.json"), report, cancellation);
        PlotFile.WarnWithoutFonts();
        Console.WriteLine($"Written to {ShortPath.Of(folder)}: report.html, report.md, results.json and the plots.");
    }

    static Option<T> AtLeastOne<T>(string option, T otherwise, string description)
    {
        var number = new Option<T>(option) { Description = description, DefaultValueFactory = _ => otherwise };
        number.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<T>() is < 1) result.AddError($"{option} must be at least 1");
        });
        return number;
    }
}
