using System.CommandLine;
using Pipeline.Cli.ArchiveRun;
using Pipeline.Cli.Audit;
using Pipeline.Cli.BranchRun;
using Pipeline.Cli.CaptionPicture;
using Pipeline.Cli.CollectGarbage;
using Pipeline.Cli.ControlRun;
using Pipeline.Cli.Demo;
using Pipeline.Cli.ExportCheckpoint;
using Pipeline.Cli.ImportPictures;
using Pipeline.Cli.Lineage;
using Pipeline.Cli.NewReward;
using Pipeline.Cli.Projections;
using Pipeline.Cli.PullModels;
using Pipeline.Cli.RebuildPolicy;
using Pipeline.Cli.RenderCaption;
using Pipeline.Cli.Replay;
using Pipeline.Cli.Reproduce;
using Pipeline.Cli.ScoreCaption;
using Pipeline.Cli.ShowRun;
using Pipeline.Cli.StartRun;
using Pipeline.Cli.Status;
using Pipeline.Cli.Studio;
using Pipeline.Cli.Terminal;
using Pipeline.Cli.WatchRun;
using Spectre.Console;

var console = AnsiConsole.Console;
var root = new RootCommand("Fine-tune image captioners by reinforcement learning.")
{
    DemoCommand.Create(console), RunCommand.Create(console), WatchCommand.Create(console), StopCommand.Create(),
    ResumeCommand.Create(console), CaptionCommand.Create(), RenderCommand.Create(console), ScoreCommand.Create(console),
    ExportCommand.Create(), AuditCommand.Create(console), ReplayCommand.Create(console), BranchCommand.Create(console), RebuildCommand.Create(console), DataCommand.Create(console),
    ModelsCommand.Create(console), ReproduceCommand.Create(console), NewRewardCommand.Create(),
    LineageCommand.Create(console), ShowCommand.Create(), ArchiveCommand.Create(), GarbageCommand.Create(), ProjectionsCommand.Create(console),
    UpCommand.Create(console), StatusCommand.Create(console), StudioCommand.Create(console), Invocation.Verbose,
};
return await Invocation.RunAsync(root, args);
