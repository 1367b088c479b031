using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Rewards;

namespace Pipeline.Similarity.Tests;

public sealed class ConfiguredRewardsTests
{
    [Theory]
    [InlineData("Similarity:Rewards:r:Type", "magic", "Similarity:Rewards:r:Type is 'magic'")]
    [InlineData("Similarity:Rewards:r:Model", "x", "Similarity:Rewards:r:Type is missing")]
    [InlineData("Similarity:Rewards:r:Type", "blip", "Similarity:Rewards:r:Model is missing")]
    [InlineData("Similarity:Rewards:r:Type", "oracle", "Similarity:Rewards:r:Scenes is missing")]
    [InlineData("Similarity:Rewards:r:Type", "image-embedding", "Similarity:Rewards:r:Model is missing")]
    [InlineData("Similarity:Rewards:r:Typo", "blip", "Typo")]
    [InlineData("Similarity:Rewards:r:MaxWords", "many", "Similarity:Rewards:r:MaxWords")]
    [InlineData("Similarity:Other", "x", "Similarity:Rewards names no reward")]
    public void A_bad_setting_is_refused_with_its_key(string key, string value, string expected) =>
        Refused((key, value)).ShouldContain(expected);

    [Fact]
    public void Every_bad_setting_of_every_reward_is_named()
    {
        var problems = Refused(
            ("Similarity:Rewards:a:Type", "blip"), ("Similarity:Rewards:a:Model", "/no/such/folder"),
            ("Similarity:Rewards:a:MaxWords", "0"), ("Similarity:Rewards:a:MaxTokens", "1"),
            ("Similarity:Rewards:a:CacheMegabytes", "-1"), ("Similarity:Rewards:a:Timeout", "00:00:00"),
            ("Similarity:Rewards:b:Type", "oracle"), ("Similarity:Rewards:b:Scenes", "/no/such/file"),
            ("Similarity:Rewards:c:Type", "image-embedding"), ("Similarity:Rewards:c:Model", "/no/such/folder"),
            ("Similarity:Rewards:c:CacheMegabytes", "-1"), ("Similarity:Rewards:c:Threads", "0"));
        string[] keys =
        [
            "a:Model", "a:MaxWords", "a:MaxTokens", "a:CacheMegabytes", "a:Timeout", "b:Scenes", "c:Model", "c:CacheMegabytes", "c:Threads",
        ];
        foreach (var key in keys)
            problems.ShouldContain($"Similarity:Rewards:{key} ");
    }

    [Theory]
    [InlineData("BLIP")]
    [InlineData("a b")]
    [InlineData("-a")]
    public void A_name_that_no_queue_should_have_is_refused(string name) =>
        Should.Throw<ArgumentException>(() => new ServiceCollection().AddCaptionReward(name, _ => null!)).Message.ShouldContain(name);

    [Fact]
    public void Two_rewards_of_one_name_are_refused()
    {
        var services = new ServiceCollection().AddCaptionReward("a", _ => null!);
        Should.Throw<ArgumentException>(() => services.AddCaptionReward("a", _ => null!)).Message.ShouldContain("'a'");
        Should.Throw<ArgumentException>(() => services.AddPictureReward("a", _ => null!)).Message.ShouldContain("'a'");
        services.AddPictureReward("b", _ => null!);
        Should.Throw<ArgumentException>(() => services.AddCaptionReward("b", _ => null!)).Message.ShouldContain("'b'");
    }

    static string Refused(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        return Should.Throw<InvalidOperationException>(() => new ServiceCollection().AddConfiguredRewards(configuration)).Message;
    }
}
