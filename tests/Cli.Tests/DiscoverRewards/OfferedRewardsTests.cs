
namespace Pipeline.Cli.Tests.DiscoverRewards;

public sealed class OfferedRewardsTests
{
    [Fact]
    public void Queues_tell_which_rewards_there_are_and_which_of_them_look_at_pictures()
    {
        var offered = OfferedRewards.Of(
        [
            "collect-scores", "score-captions-blip", "score-captions-blip_error", "score-captions-my-own-2", "score-images-vgg",
            "score-images-vgg_skipped", "score-captions-", "score-captions-UPPER", "rescore-captions-x",
        ]);

        offered.Captions.ShouldBe(["blip", "my-own-2"], ignoreOrder: true);
        offered.Pictures.ShouldBe(["vgg"]);
        offered.All.ShouldBe(["blip", "my-own-2", "vgg"]);
        (offered.Queue("blip"), offered.Queue("vgg")).ShouldBe(("score-captions-blip", "score-images-vgg"));
    }

    [Fact]
    public void A_reward_that_nobody_offers_is_an_error_in_one_line_that_names_it_what_there_is_and_how_to_add_it()
    {
        var offered = OfferedRewards.Of(["score-captions-blip", "score-images-vgg"]);
        offered.Require(["blip", "vgg"]);

        var message = Should.Throw<RequestException>(() => offered.Require(["blip", "vggg"], "; or wait")).Message;

        message.ShouldStartWith("no service offers the reward 'vggg': there are blip, vgg. ");
        message.ShouldContain("Similarity__Rewards__vggg__Type");
        message.ShouldContain("score-captions-vggg or score-images-vggg");
        message.ShouldEndWith("; or wait");
        message.ShouldNotContain('\n');
        message.ShouldNotContain("RabbitMqManagement");
    }

    [Fact]
    public void What_only_the_broker_was_asked_about_is_not_said_to_be_all() =>
        Should.Throw<RequestException>(() => OfferedRewards.Of([], isWhole: false).Require(["blip"])).Message
            .ShouldContain("(Pipeline__RabbitMqManagement), which does not answer or is not configured");
}
