using System.CommandLine;
using Pipeline.Cli.AwaitScores;
using Pipeline.Cli.Local;
using Pipeline.Cli.Reports;
using Pipeline.Cli.StartRun;
using Pipeline.Cli.Terminal;
using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Models.Pictures;
using Spectre.Console;

namespace Pipeline.Cli.ScoreCaption;

/// <summary><c>score IMAGE CAPTION</c></summary>
sealed class ScoreCommand(IAnsiConsole console)
{
    readonly Argument<FileInfo> _picture =
        new Argument<FileInfo>("IMAGE") { Description = "A PNG, JPEG or WebP file." }.AcceptExistingOnly();

    readonly Argument<string> _caption = new("CAPTION") { Description = "What it may show, in quotes." };

    readonly Option<string[]> _rewards = new("--reward")
    {
        Description = "A reward's name, may be repeated (default: every reward that is offered).", DefaultValueFactory = _ => [],
    };

    readonly DrawingOptions _drawing = new();
    readonly Option<long> _seed = new("--seed") { Description = "Decides the noise of drawings.", DefaultValueFactory = _ => 1 };
    readonly Option<int> _timeout = TimeoutOption.Create();
    readonly Option<FileInfo?> _json = new("--json") { Description = "Write the scores to a file." };

    public static Command Create(IAnsiConsole console)
    {
        var score = new ScoreCommand(console);
        var command = new Command("score", "Ask the rewards what they think of a caption of a picture.")
        {
            score._picture, score._caption, score._rewards, score._seed, score._timeout, score._json,
        };
        score._drawing.AddTo(command);
        command.SetAction(score.InvokeAsync);
        return command;
    }

    async Task InvokeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var file = parsed.GetValue(_picture)!.FullName;
        var content = await File.ReadAllBytesAsync(file, cancellation);
        new PictureDecoder().Decode(content, file); // a broken picture is found now and by name, not by each service in turn

        var stack = LocalStack.Find();
        if (!LocalStack.IsElsewhere) await stack.UpAsync(Console.Error.WriteLine);
        await using var connection = stack.Open();
        var named = parsed.GetValue(_rewards)!;
        var offered = await OfferedAsync(connection, named, cancellation);
        string[] rewards = [.. (named.Length > 0 ? named.Distinct() : offered.All).Order(StringComparer.Ordinal)];
        var drawing = _drawing.Of(parsed).Resolve(rewards, null, offered);
        Require(rewards, drawing);

        var probe = new Probe(
            parsed.GetValue(_caption)!, await connection.Blobs.PutAsync(content, cancellation), rewards, drawing, parsed.GetValue(_seed));
        var caption = await probe.NextAsync(connection.Events, cancellation);
        await connection.Events.AppendOnceAsync([Probe.Event(caption)], new MessageMetadata(caption.RunId, "score"), cancellation);

        var patience = TimeSpan.FromSeconds(parsed.GetValue(_timeout));
        var wait = new ScoreWait(connection, [caption.CaptionId], rewards, offered, drawing is not null);
        var progress = await WaitingLine.ShowAsync(console, "Scoring", say => wait.AskAsync(
            () => connection.SendAsync(probe.Message(caption), cancellation), patience, now => say(now.Sentence(drawing)), cancellation));

        var report = ScoreReport.Of(caption, drawing, progress.Scores, progress.Missing);
        console.Write(ScoreTable.Render(report));
        if (parsed.GetValue(_json) is { } json) await JsonFile.WriteAsync(json.FullName, report, cancellation);
        if (!progress.IsComplete) throw new CliException(progress.Problem(offered, drawing, patience));
    }

    static async Task<OfferedRewards> OfferedAsync(Connection connection, string[] named, CancellationToken cancellation)
    {
        var offered = await new RewardDiscovery(connection.Options).FindAsync(named, cancellation);
        offered.Require(named);
        if (offered.All.Count > 0) return offered;
        throw new CliException(offered.IsWhole
            ? $"no service offers any reward here; {ThisCommand.Name} status shows what runs"
            : "name the rewards with --reward: which there are RabbitMQ's management API knows (Pipeline__RabbitMqManagement), which does not answer or is not configured");
    }

    /// <summary>A caption is drawn in no other way than a run's could be.</summary>
    static void Require(IEnumerable<string> rewards, DrawingSettings? drawing)
    {
        var any = new string('0', 64);
        RunSettingsValidator.Validate(new RunSettings
        {
            Captioner = any, TrainPictures = any, Drawing = drawing, Rewards = rewards.ToDictionary(name => name, _ => 1.0),
        });
    }
}
