using System.CommandLine;
using Pipeline.Cli.Terminal;
using Pipeline.ModelHub.Catalogue;
using Pipeline.ModelHub.Hub;
using Pipeline.ModelHub.Pull;
using Pipeline.Models;
using Spectre.Console;

namespace Pipeline.Cli.PullModels;

/// <summary><c>models pull full|tiny|NAME</c></summary>
sealed class PullCommand(IAnsiConsole console)
{
    readonly Argument<string> _name = new("NAME") { Description = "full (all packs), or one of: captioner, blip, diffusion, vgg, tiny." };
    readonly Option<DirectoryInfo?> _to = new("--to") { Description = "Folder for the packs (default: .local/models/full)." };
    readonly Option<bool> _accept = new("--accept-licence") { Description = "Accept licences that restrict use; they are named first." };
    readonly Option<bool> _link = new("--link") { Description = "Link files of the shared Hugging Face cache instead of copying them." };
    readonly Option<int> _connections = new("--connections")
    {
        Description = "Connections at a time for a large file.", DefaultValueFactory = _ => new PullOptions().Connections,
    };

    public static Command Create(IAnsiConsole console)
    {
        var pull = new PullCommand(console);
        var command = new Command("pull", "Pull models from the Hugging Face hub; what is there already is checked and kept.")
        {
            pull._name, pull._to, pull._accept, pull._link, pull._connections,
        };
        pull._connections.Validators.Add(result =>
        {
            if (result.GetValue(pull._connections) is < 1 or > 16) result.AddError("--connections must be 1 to 16");
        });
        command.SetAction(pull.InvokeAsync);
        return command;
    }

    async Task InvokeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (name, places) = (parsed.GetValue(_name)!, ModelPlaces.Find());
        if (name == ModelPlaces.TinyName)
        {
            var files = ModelManifest.VerifyPack(places.Tiny);
            Console.WriteLine($"tiny is part of the repository: {ShortPath.Of(places.Tiny)}, {Format.Count(files, "file")} verified");
            return;
        }

        var packs = places.Packs(name);
        var root = parsed.GetValue(_to)?.FullName ?? places.Full;
        var options = new PullOptions
        {
            Connections = parsed.GetValue(_connections), LinkCache = parsed.GetValue(_link),
            AcceptLicences = AcceptsLicences(packs, root, parsed.GetValue(_accept)),
            Waiting = line => console.MarkupLineInterpolated($"[grey]{line}[/]"),
        };
        var puller = new PackPuller(places.Catalogue, HubSettings.FromEnvironment(), options);
        var pulled = await PullBars.ShowAsync(console, progress => puller.PullAsync(packs, root, progress, cancellation));
        Console.Write(PullSummary.Of(packs, pulled, root));
    }

    /// <summary>Names every licence; asks for those that need a yes when somebody is there to give it.</summary>
    bool AcceptsLicences(IReadOnlyList<ModelPack> packs, string root, bool isAccepted)
    {
        foreach (var pack in packs)
            Console.WriteLine($"{pack.Name}: {pack.Repo}, licence {pack.Licence.Name}, {pack.Licence.Url}");
        var known = PackLock.Load(root);
        var open = packs.Where(pack => pack.Licence.MustAccept && known.Of(pack.Name).AcceptedLicence != pack.Licence.Name).ToList();
        if (isAccepted || open.Count == 0 || !console.Profile.Out.IsTerminal || Console.IsInputRedirected) return isAccepted;
        return open.All(pack => console.Prompt(new ConfirmationPrompt(
            Markup.Escape($"{pack.Licence.Name} restricts what {pack.Name} may be used for. Do you accept it?")) { DefaultValue = false }));
    }
}
