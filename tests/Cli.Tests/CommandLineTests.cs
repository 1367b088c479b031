using System.CommandLine;
using Pipeline.Cli.Audit;
using Pipeline.Cli.CollectGarbage;
using Pipeline.Cli.Demo;
using Pipeline.Cli.ImportPictures;
using Pipeline.Cli.Lineage;
using Pipeline.Cli.PullModels;
using Pipeline.Cli.Reproduce;
using Pipeline.Cli.Reproduce.Variance;
using Pipeline.Cli.ScoreCaption;
using Pipeline.Cli.ShowRun;
using Pipeline.Cli.StartRun;
using Spectre.Console;

namespace Pipeline.Cli.Tests;

public sealed class CommandLineTests
{
    static readonly IAnsiConsole Console = AnsiConsole.Console;

    static readonly Dictionary<string, Func<Command>> Commands = new()
    {
        ["mc-variance"] = () => McVarianceCommand.Create(Console), ["demo"] = () => DemoCommand.Create(Console),
        ["score"] = () => ScoreCommand.Create(Console), ["run"] = () => RunCommand.Create(Console),
        ["models"] = () => ModelsCommand.Create(Console), ["data"] = () => DataCommand.Create(Console),
        ["audit"] = () => AuditCommand.Create(Console), ["lineage"] = () => LineageCommand.Create(Console), ["gc"] = GarbageCommand.Create,
        ["show"] = ShowCommand.Create, ["reproduce"] = () => ReproduceCommand.Create(Console),
    };

    [Theory]
    [InlineData("mc-variance", "--captions 99", "--captions must be at least 100")]
    [InlineData("mc-variance", "--samples 1", "--samples must be at least 2")]
    [InlineData("mc-variance", "--timeout 0", "--timeout must be at least 1")]
    [InlineData("demo", "--reward dino", "dino")]
    [InlineData("score", "nowhere.png caption", "nowhere.png")]
    [InlineData("models", "pull", "Required argument missing")]
    [InlineData("models", "pull full --connections 0", "--connections must be 1 to 16")]
    [InlineData("models", "push full", "push")]
    [InlineData("models", "verify", "Required argument missing")]
    [InlineData("data", "coco --split test2017", "test2017")]
    [InlineData("data", "coco --count 0", "--count must be at least 1")]
    [InlineData("data", "coco --held-out -1", "--held-out must be at least 0")]
    [InlineData("data", "coco --licence by,4", "--licence must be numbers")]
    [InlineData("data", "coco --licence ,", "--licence must be numbers")]
    [InlineData("data", "coco --name ../elsewhere", "--name must be letters")]
    [InlineData("data", "coco --connections 17", "--connections must be 1 to 16")]
    [InlineData("lineage", "", "one of them")]
    [InlineData("lineage", "last --caption 8b7d5034-b9e6-5c41-8aa3-66c0dc31a441", "one of them")]
    [InlineData("lineage", "--image 0123abc", "at least 8 lower-case hex digits")]
    [InlineData("lineage", "--image 0123abcd --csv a.csv", "name one")]
    [InlineData("lineage", "--caption 0123", "0123")]
    [InlineData("gc", "--grace -1", "--grace must be at least 0")]
    [InlineData("show", "last --at yesterday", "is no time")]
    [InlineData("show", "last --at 2025-01-02 --step 3", "give one")]
    [InlineData("reproduce", "table1 --pack huge", "huge")]
    [InlineData("reproduce", "figure7 --at-once 0", "--at-once must be at least 1")]
    [InlineData("reproduce", "kl --steps 0", "--steps must be at least 1")]
    [InlineData("reproduce", "all --heldout-pictures -1", "--heldout-pictures must be at least 1")]
    [InlineData("reproduce", "figure9", "figure9")]
    [InlineData("reproduce", "all --pack full --images pictures", "--heldout")]
    [InlineData("reproduce", "all --pack full --heldout pictures", "--images")]
    [InlineData("audit", "", "Required argument missing")]
    [InlineData("audit", "--exprot", "Unrecognized option")]
    [InlineData("audit", "last --with-blobs", "give both")]
    public void What_cannot_be_done_is_an_error_before_anything_is_started(string command, string arguments, string error) =>
        Commands[command]().Parse(arguments).Errors.ShouldContain(problem => problem.Message.Contains(error));

    [Theory]
    [InlineData("mc-variance", "--captions 100 --samples 8 --reward vgg --seed 3 --out a --json b --timeout 60")]
    [InlineData("demo", "--reward vgg --reward blip --pictures 1")]
    [InlineData("run", "--reward vgg --samples 3 --standard-error 0.05 --scheduler ddim --diffusion-steps 8 --guidance 2")]
    [InlineData("run", "--reward vgg --negative-prompt blurry")]
    [InlineData("run", "--reward mine --wait-for-reward")]
    [InlineData("models", "pull full")]
    [InlineData("models", "pull diffusion --to elsewhere --accept-licence --link --connections 8")]
    [InlineData("models", "verify models/tiny/vgg")]
    [InlineData("models", "list --in elsewhere")]
    [InlineData("data", "coco")]
    [InlineData("data", "coco --split train2017 --count 64 --held-out 32 --licence 4,7 --seed 3 --name mine")]
    [InlineData("data", "coco --to elsewhere --connections 2 --offline")]
    [InlineData("audit", "last --export run.zip --with-blobs")]
    [InlineData("lineage", "last@3 --captions --json a.json --csv a.csv")]
    [InlineData("lineage", "--image 0123abcd")]
    [InlineData("gc", "--grace 0.5 --dry-run")]
    [InlineData("show", "last --at 2025-01-02T03:04:05Z")]
    public void What_can_be_done_is_understood(string command, string arguments) =>
        Commands[command]().Parse(arguments).Errors.ShouldBeEmpty();
}
