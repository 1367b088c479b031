using System.CommandLine;
using Pipeline.Cli.ImportPictures;
using Pipeline.Cli.Local;
using Pipeline.Cli.Reports;
using Pipeline.Cli.WatchRun;
using Pipeline.Contracts;
using Spectre.Console;

namespace Pipeline.Cli.StartRun;

/// <summary><c>run</c></summary>
sealed class RunCommand(IAnsiConsole console)
{
    readonly Option<FileInfo> _config = new Option<FileInfo>("--config")
    {
        Description = "Settings file (JSON); an unknown key is an error.",
    }.AcceptExistingOnly();

    readonly Option<string?> _preset = new("--preset")
    {
        Description = $"Start from a preset: {string.Join(", ", Presets.Names)}. Without --config, {SettingsResolver.DefaultPreset}, "
            + $"or {SettingsResolver.DefaultDrawingPreset} when a reward looks at drawn pictures.",
    };

    readonly Option<string?> _images = new("--images")
    {
        Description = "Training pictures: an imported set, a folder, or a COCO captions JSON.",
    };

    readonly Option<string?> _heldOut = new("--heldout")
    {
        Description = "Held-out pictures, evaluated on and never learned from; as --images.",
    };

    readonly Option<DirectoryInfo> _captioner = new Option<DirectoryInfo>("--captioner")
    {
        Description = "Folder of the pre-trained captioner in Hugging Face layout (default: models/tiny/captioner).",
    }.AcceptExistingOnly();

    readonly Option<string[]> _rewards = new("--reward")
    {
        Description = "NAME or NAME=WEIGHT, may be repeated. Weight 0: recorded, never trained on.", DefaultValueFactory = _ => [],
    };

    readonly Option<bool> _wait = new("--wait-for-reward")
    {
        Description = "Start also when no service offers a reward yet; the run waits for it, as one that scores captions themselves.",
    };

    readonly DrawingOptions _drawing = new();
    readonly Option<int?> _steps = new("--steps") { Description = "Learning steps." };
    readonly Option<long?> _seed = new("--seed") { Description = "Decides every random number of the run." };
    readonly Option<string?> _name = new("--name") { Description = "A name for people." };
    readonly Option<FileInfo?> _json = new("--json") { Description = "Write the finished run's figures to a file." };
    readonly Option<bool> _detach = new("--detach") { Description = "Return at once instead of watching." };

    public static Command Create(IAnsiConsole console)
    {
        var run = new RunCommand(console);
        var command = new Command("run", "Start a run and watch it.")
        {
            run._config, run._preset, run._images, run._heldOut, run._captioner, run._rewards, run._wait, run._steps,
            run._seed, run._name, run._json, run._detach,
        };
        run._drawing.AddTo(command);
        command.SetAction(run.InvokeAsync);
        return command;
    }

    async Task<int> InvokeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var stack = LocalStack.Find();
        var rewards = RewardOption.Parse(parsed.GetValue(_rewards)!);
        if (!LocalStack.IsElsewhere) await stack.UpAsync(Console.Error.WriteLine);
        await using var connection = stack.Open();

        var pictures = new PictureArgument(connection);
        var config = parsed.GetValue(_config);
        var request = new RunRequest(
            config is null ? null : await File.ReadAllTextAsync(config.FullName, cancellation), parsed.GetValue(_preset),
            parsed.GetValue(_captioner) is { } own ? await connection.Checkpoints.ImportAsync(own.FullName, cancellation) : null,
            await connection.Checkpoints.ImportAsync(Path.Combine(stack.Root, "models", "tiny", "captioner"), cancellation),
            parsed.GetValue(_images) is { } images ? await pictures.ResolveAsync(images, cancellation) : null,
            parsed.GetValue(_heldOut) is { } heldOut ? await pictures.ResolveAsync(heldOut, cancellation) : null,
            rewards, parsed.GetValue(_steps), parsed.GetValue(_seed), parsed.GetValue(_name), _drawing.Of(parsed),
            MayWait: parsed.GetValue(_wait), HowToWait: $"; {_wait.Name} starts the run all the same");

        var named = SettingsResolver.Resolve(request).Rewards.Keys.ToArray();
        var offered = await new RewardDiscovery(connection.Options).FindAsync(named, cancellation);
        var settings = SettingsResolver.Resolve(request with { Offered = offered });
        var runId = await new RunStarter(connection).StartAsync(settings, cancellation);
        if (parsed.GetValue(_detach))
        {
            Console.WriteLine($"Run {runId:D} starts. Watch it with: {ThisCommand.Name} watch {Format.Short(runId)}");
            return 0;
        }

        var code = await WatchCommand.WatchToEndAsync(console, connection, runId, 0, cancellation);
        if (parsed.GetValue(_json) is { } json && !cancellation.IsCancellationRequested)
        {
            var run = await new RunCatalogue(connection).LoadAsync(runId, cancellation);
            await JsonFile.WriteAsync(json.FullName, await RunReport.LoadAsync(connection, run, cancellation), cancellation);
        }
        return code;
    }
}
