using System.CommandLine;
using System.Globalization;
using Pipeline.Cli.Terminal;
using Pipeline.ModelHub.Pull;
using Pipeline.Models;
using Spectre.Console;

namespace Pipeline.Cli.PullModels;

/// <summary><c>models list</c></summary>
static class ListCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var from = new Option<DirectoryInfo?>("--in") { Description = "Folder of the packs (default: .local/models/full)." };
        var command = new Command("list", "List the packs: licence, size, and what is there of them.") { from };
        command.SetAction(parsed =>
        {
            var places = ModelPlaces.Find();
            var root = parsed.GetValue(from)?.FullName ?? places.Full;
            console.Write(Table(places with { Full = root }));
            Console.WriteLine($"Packs are pulled to {ShortPath.Of(root)}");
        });
        return command;
    }

    internal static Table Table(ModelPlaces places)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("pack", "licence", "size", "state");
        // Without hidden folders: the builder leaves its training data in one.
        var folder = new ModelFolder(places.Tiny);
        var tiny = folder.Paths().Sum(path => new FileInfo(folder.PathOf(path)).Length);
        table.AddRow(ModelPlaces.TinyName, "Apache-2.0", Megabytes(tiny), Markup.Escape(Tiny(places.Tiny)));
        foreach (var pack in places.Catalogue.Packs)
        {
            var state = PackState.Of(pack, places.Full);
            var size = state.Present == state.Total ? Megabytes(state.Bytes) : $"about {Megabytes(pack.AboutBytes)}";
            var licence = pack.Licence.MustAccept ? $"{pack.Licence.Name} (to accept)" : pack.Licence.Name;
            table.AddRow(pack.Name, Markup.Escape(licence), size, Words(state));
        }

        return table;
    }

    static string Tiny(string folder)
    {
        try
        {
            return $"there, {Format.Count(ModelManifest.VerifyPack(folder), "file")} verified";
        }
        catch (InvalidDataException wrong)
        {
            return wrong.Message;
        }
    }

    static string Words(PackState state) => state switch
    {
        { Present: 0 } => "not there",
        { VerifiedAt: { } time } => $"there, verified {time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC",
        _ when state.Present == state.Total => "there, changed since it was verified",
        _ => $"{state.Present} of {state.Total} files",
    };

    static string Megabytes(long bytes) => (bytes / 1e6).ToString("N0", CultureInfo.InvariantCulture) + " MB";
}
