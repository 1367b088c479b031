using Pipeline.Cli.StartRun;
using Pipeline.Cli.Terminal;

namespace Pipeline.Cli.Tests.StartRun;

public sealed class RewardOptionTests
{
    [Fact]
    public void A_reward_has_weight_one_unless_it_says_otherwise() =>
        RewardOption.Parse(["oracle=0", "blip", "mine=2.5"])
            .ShouldBe(new SortedDictionary<string, double> { ["blip"] = 1, ["mine"] = 2.5, ["oracle"] = 0 });

    [Theory]
    [InlineData("blip=x", "--reward blip=x: the weight must be a number")]
    [InlineData("blip=-1", "at least 0")]
    [InlineData("blip=NaN", "the weight must be a number")]
    [InlineData("blip=", "the weight must be a number")]
    [InlineData("=1", "a reward has a name")]
    public void A_mistyped_reward_is_an_error_that_repeats_it(string value, string message) =>
        Should.Throw<CliException>(() => RewardOption.Parse([value])).Message.ShouldContain(message);

    [Fact]
    public void A_reward_that_is_there_twice_is_an_error() =>
        Should.Throw<CliException>(() => RewardOption.Parse(["blip", "blip=2"])).Message.ShouldContain("blip is there twice");
}
