using System.CommandLine;
using Pipeline.Cli.Local;
using Pipeline.Cli.Terminal;

namespace Pipeline.Cli.NewReward;

/// <summary><c>new-reward NAME [--out DIR] [--pictures]</c></summary>
static class NewRewardCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "What runs call it by: lower-case letters, digits and dashes." };
        var output = new Option<DirectoryInfo?>("--out") { Description = "The folder to make (default: ./NAME)." };
        var pictures = new Option<bool>("--pictures") { Description = "A reward that looks at pictures which are drawn of the captions." };
        var command = new Command("new-reward", "Make a project for a reward of your own: class, service, test, Dockerfile, compose file.")
        {
            name, output, pictures,
        };
        command.SetAction(parsed =>
        {
            var reward = RewardName.Parse(parsed.GetValue(name)!);
            Make(LocalStack.Find(), reward, parsed.GetValue(output)?.FullName ?? Path.GetFullPath(reward.Name), parsed.GetValue(pictures));
        });
        return command;
    }

    /// <exception cref="CliException">The folder is there already, or this program does not lie in a checkout.</exception>
    static void Make(LocalStack stack, RewardName reward, string folder, bool looksAtPictures)
    {
        if (Path.Exists(folder)) throw new CliException($"{ShortPath.Of(folder)} is there already: a reward is made in a new folder");
        if (!File.Exists(Path.Combine(stack.Root, "libraries", "Rewards", "Rewards.csproj")))
            throw new CliException($"there is no libraries/Rewards in {stack.Root}: a reward is built with a checkout of the pipeline");

        new RewardTemplate(looksAtPictures ? "pictures" : "captions", new Dictionary<string, string>
        {
            ["__NAME__"] = reward.Name, ["__CLASS__"] = reward.Class, ["__LOCAL__"] = stack.Folder,
            ["__ROOT__"] = Slashes(Path.GetRelativePath(folder, stack.Root)), ["__FOLDER__"] = Slashes(Path.GetRelativePath(stack.Root, folder)),
        }).Write(folder);

        Console.WriteLine(
            $"""
            Made {ShortPath.Of(folder)}: what is good decides {reward.Class}/{reward.Class}Reward.cs. There:
              dotnet run --project {reward.Class}.Tests
              PIPELINE_LOCAL={stack.Folder} dotnet run -c Release --project {reward.Class}
            The second joins the pipeline of {ThisCommand.Up}; then: {ThisCommand.Name} run --images SET --reward {reward.Name}
            """);
    }

    static string Slashes(string path) => path.Replace(Path.DirectorySeparatorChar, '/');
}
