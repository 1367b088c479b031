using System.CommandLine;
using Pipeline.Cli.DownloadCoco;
using Pipeline.Cli.Local;
using Spectre.Console;

namespace Pipeline.Cli.ImportPictures;

/// <summary><c>data import</c>, <c>data coco</c> and <c>data list</c></summary>
static class DataCommand
{
    public static Command Create(IAnsiConsole console) => new("data", "Import pictures and list what was imported.")
    {
        Import(), CocoCommand.Create(console), List(),
    };

    /// <summary>Says what became of an import: the set's name, what is in it, and its id.</summary>
    public static void Print(ImportReport report)
    {
        Console.WriteLine($"{report.Set!.Name}: {Summary(report)}");
        Console.WriteLine(report.SetId);
    }

    static Command Import()
    {
        var source = new Argument<string>("SOURCE") { Description = "A folder of PNG, JPEG or WebP files, or a COCO captions JSON." };
        var folder = new Option<string?>("--images") { Description = "Where the pictures of a COCO JSON lie; by default beside it." };
        var name = new Option<string?>("--name") { Description = "The set's name; by default that of the folder or file." };
        var command = new Command("import", "Import pictures into the blob store; broken ones are named and skipped.")
        {
            source, folder, name,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var connection = LocalStack.Find().Open();
            var report = await new PictureArgument(connection).ImportAsync(
                parsed.GetValue(source)!, parsed.GetValue(folder), parsed.GetValue(name), cancellation);
            Print(report);
        });
        return command;
    }

    static string Summary(ImportReport report)
    {
        var parts = new List<string> { $"{Format.Count(report.Set!.Pictures.Count, "picture")} imported" };
        if (report.Skipped.Count > 0) parts.Add($"{report.Skipped.Count} skipped");
        if (report.Duplicates.Count > 0) parts.Add(Format.Count(report.Duplicates.Count, "duplicate"));
        return string.Join(", ", parts);
    }

    static Command List()
    {
        var command = new Command("list", "List the imported picture sets.");
        command.SetAction(async (_, cancellation) =>
        {
            await using var connection = LocalStack.Find().Open();
            foreach (var (name, setId) in await new PictureSetNames(connection.Events).AllAsync(cancellation))
            {
                var set = await connection.PictureSets.LoadAsync(setId, cancellation);
                Console.WriteLine($"{setId[..12]}  {name}, {Format.Count(set.Pictures.Count, "picture")}");
            }
        });
        return command;
    }
}
