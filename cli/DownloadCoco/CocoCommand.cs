using System.CommandLine;
using Pipeline.Cli.ImportPictures;
using Pipeline.Cli.Local;
using Pipeline.Cli.Terminal;
using Pipeline.Downloads;
using Spectre.Console;

namespace Pipeline.Cli.DownloadCoco;

/// <summary><c>data coco</c></summary>
sealed class CocoCommand(IAnsiConsole console)
{
    readonly Option<string> _split = new Option<string>("--split")
    {
        Description = "val2017 (5,000 pictures) or train2017 (118,287).", DefaultValueFactory = _ => "val2017",
    }.AcceptOnlyFromAmong("val2017", "train2017");

    readonly Option<int> _count = new("--count") { Description = "How many pictures.", DefaultValueFactory = _ => 128 };
    readonly Option<int> _heldOut = new("--held-out")
    {
        Description = "How many more pictures for a second set, NAME-heldout, that has none of the first.",
    };

    readonly Option<string> _licences = new("--licence")
    {
        Description = "Ids of allowed licences: 4 is CC BY 2.0, 7 no known copyright restrictions, 8 a work of the US government.",
        DefaultValueFactory = _ => "4,7,8",
    };

    readonly Option<long> _seed = new("--seed") { Description = "Decides which of the allowed pictures are taken." };
    readonly Option<string?> _name = new("--name") { Description = "The set's name (default: coco-SPLIT-COUNT)." };
    readonly Option<DirectoryInfo?> _to = new("--to") { Description = "Folder for what is downloaded (default: .local/data/coco)." };
    readonly Option<int> _connections = new("--connections")
    {
        Description = "Connections at a time.", DefaultValueFactory = _ => new DownloadOptions().Connections,
    };

    readonly Option<bool> _offline = new("--offline") { Description = "Use only what is there; what is missing is named." };

    public static Command Create(IAnsiConsole console)
    {
        var coco = new CocoCommand(console);
        var command = new Command(
            "coco", "Download pictures of COCO with captions and import them; only what is needed, and what is there is kept.")
        {
            coco._split, coco._count, coco._heldOut, coco._licences, coco._seed, coco._name, coco._to, coco._connections, coco._offline,
        };
        coco.Validate();
        command.SetAction(coco.InvokeAsync);
        return command;
    }

    void Validate()
    {
        Require(_count, count => count >= 1, "--count must be at least 1");
        Require(_heldOut, count => count >= 0, "--held-out must be at least 0");
        Require(_connections, count => count is >= 1 and <= 16, "--connections must be 1 to 16");
        Require(_licences, list => Ids(list!) is { Length: > 0 }, "--licence must be numbers with commas between them, as 4,7,8");
        Require(
            _name, name => name is null || (name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && name.Trim('.') != ""),
            "--name must be letters, digits, '-', '_' and '.'");
    }

    static void Require<T>(Option<T> option, Func<T?, bool> isRight, string problem) => option.Validators.Add(result =>
    {
        if (result.Errors.Any() || !isRight(result.GetValueOrDefault<T>())) result.AddError(problem);
    });

    async Task InvokeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var stack = LocalStack.Find();
        // First: without a stack there is nothing to import into, and nothing is downloaded.
        await using var connection = stack.Open();
        var request = new CocoRequest(
            parsed.GetValue(_split)!, parsed.GetValue(_count), parsed.GetValue(_heldOut), Ids(parsed.GetValue(_licences)!)!,
            parsed.GetValue(_seed), parsed.GetValue(_offline));
        var folder = new CocoFolder(parsed.GetValue(_to)?.FullName ?? Path.Combine(stack.Folder, "data", "coco"));
        var options = new DownloadOptions
        {
            Connections = parsed.GetValue(_connections), Waiting = line => console.MarkupLineInterpolated($"[grey]{line}[/]"),
        };
        var download = new CocoDownload(folder, CocoSite.FromEnvironment(), options);
        var selection = await DownloadAsync(download, request, cancellation);
        console.Write(LicenceTable.Of(selection));

        var name = parsed.GetValue(_name) ?? $"coco-{request.Split}-{request.Count}";
        var sets = new CocoSets(folder, new PictureArgument(connection));
        DataCommand.Print(await sets.ImportAsync(name, request.Split, selection.Coco, selection.Pictures, cancellation));
        if (selection.HeldOut.Count > 0)
            DataCommand.Print(await sets.ImportAsync($"{name}-heldout", request.Split, selection.Coco, selection.HeldOut, cancellation));
        Console.WriteLine($"In {ShortPath.Of(folder.Root)}; each picture's licence and URL are in its set");
    }

    async Task<CocoSelection> DownloadAsync(CocoDownload download, CocoRequest request, CancellationToken cancellation)
    {
        // Said when the bars are gone, also when the command fails.
        var replaced = new List<string>();
        try
        {
            return await CocoBars.ShowAsync(console, progress => download.RunAsync(request, replaced.Add, progress, cancellation));
        }
        finally
        {
            foreach (var line in replaced) Console.Error.WriteLine(line);
        }
    }

    static int[]? Ids(string list)
    {
        var ids = list.Split(',', StringSplitOptions.TrimEntries)
            .Select(text => int.TryParse(text, out var id) ? id : (int?)null).ToArray();
        return ids.All(id => id is not null) ? [.. ids.Select(id => id!.Value).Distinct()] : null;
    }
}
