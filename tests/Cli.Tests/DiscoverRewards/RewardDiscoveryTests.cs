using Pipeline.Hosting;
using Pipeline.Testing;
using RabbitMQ.Client;

namespace Pipeline.Cli.Tests.DiscoverRewards;

public sealed class RewardDiscoveryTests(TestStack stack) : IClassFixture<TestStack>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reward_is_found_as_soon_as_its_queue_is_there_with_the_management_API_and_without(bool hasManagement)
    {
        var (early, late) = ($"early{hasManagement}".ToLowerInvariant(), $"late{hasManagement}".ToLowerInvariant());
        await DeclareAsync($"score-images-{early}");
        var discovery = new RewardDiscovery(Options(hasManagement));

        var search = discovery.FindAsync([early, late], TestContext.Current.CancellationToken);
        await DeclareAsync($"score-captions-{late}");
        var offered = await search;

        offered.Pictures.ShouldContain(early);
        offered.Captions.ShouldContain(late);
        offered.IsWhole.ShouldBe(hasManagement);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_not_there_is_given_up_after_a_while_and_what_is_there_is_told(bool hasManagement)
    {
        await DeclareAsync("score-captions-there");

        var offered = await new RewardDiscovery(Options(hasManagement))
            .FindAsync(["there", "nowhere"], TestContext.Current.CancellationToken);

        offered.Offers("there").ShouldBeTrue();
        Should.Throw<RequestException>(() => offered.Require(["nowhere"])).Message.ShouldContain("there");
    }

    PipelineOptions Options(bool hasManagement) => new()
    {
        RabbitMq = stack.RabbitMq, RabbitMqManagement = hasManagement ? stack.Broker.Management : null,
    };

    async Task DeclareAsync(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(stack.RabbitMq) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false);
    }
}
