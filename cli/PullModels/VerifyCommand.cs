using System.CommandLine;
using Pipeline.Cli.Terminal;
using Pipeline.ModelHub.Pull;
using Pipeline.Models;

namespace Pipeline.Cli.PullModels;

/// <summary><c>models verify NAME|DIR</c></summary>
static class VerifyCommand
{
    public static Command Create()
    {
        var what = new Argument<string>("NAME|DIR")
        {
            Description = "full, tiny, a pack, or a folder: a model's, or that of several with a pack.json.",
        };
        var command = new Command("verify", "Compare models with the sizes and SHA-256 that their pack.json lists.") { what };
        command.SetAction(parsed =>
        {
            foreach (var line in Verify(parsed.GetValue(what)!, ModelPlaces.Find())) Console.WriteLine(line);
        });
        return command;
    }

    /// <summary>A line for each model that is as it should be.</summary>
    /// <exception cref="CliException">Nothing says what it should be.</exception>
    /// <exception cref="InvalidDataException">A file is missing or another one; the message names it.</exception>
    internal static IEnumerable<string> Verify(string what, ModelPlaces places)
    {
        if (what == ModelPlaces.TinyName) return [Right("tiny", ModelManifest.VerifyPack(places.Tiny))];
        if (places.IsPack(what)) return places.Packs(what).Select(pack => Right(pack.Name, PackState.Verify(pack, places.Full)));
        if (!Directory.Exists(what))
            throw new CliException(
                $"{what}: there is no such folder, and the packs are full, tiny, "
                + string.Join(", ", places.Catalogue.Packs.Select(pack => pack.Name)));
        var files = ModelManifest.IsPack(what) ? ModelManifest.VerifyPack(what) : ModelManifest.Verify(what);
        return files > 0
            ? [Right(what, files)]
            : throw new CliException($"{what}: no pack.json in it or beside it lists its files, so nothing says what they should be");
    }

    static string Right(string name, int files) => $"{name}: {Format.Count(files, "file")} as they should be";
}
