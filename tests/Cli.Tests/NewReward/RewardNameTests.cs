using Pipeline.Cli.NewReward;
using Pipeline.Cli.Terminal;

namespace Pipeline.Cli.Tests.NewReward;

public sealed class RewardNameTests
{
    [Theory]
    [InlineData("brevity", "Brevity")]
    [InlineData("my-reward-2", "MyReward2")]
    public void A_name_is_one_of_C_sharp_too(string name, string type) => RewardName.Parse(name).Class.ShouldBe(type);

    [Theory]
    [InlineData("")]
    [InlineData("MyReward")]
    [InlineData("2nd")]
    [InlineData("my--reward")]
    [InlineData("my_reward")]
    [InlineData("../elsewhere")]
    [InlineData("system")]
    public void What_is_no_name_is_refused_in_one_line(string name) =>
        Should.Throw<CliException>(() => RewardName.Parse(name)).Message.ShouldStartWith($"'{name}' is no name for a reward");

    [Theory]
    [InlineData("blip")]
    [InlineData("vgg")]
    [InlineData("oracle")]
    public void A_name_that_would_share_the_work_of_another_reward_is_refused(string name) =>
        Should.Throw<CliException>(() => RewardName.Parse(name)).Message.ShouldContain("already");
}
