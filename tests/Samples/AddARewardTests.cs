namespace Pipeline.Samples;

/// <summary>docs/add-a-reward.md, followed to the letter by somebody who has a running pipeline and a folder elsewhere.</summary>
[Collection(nameof(JoinedSamples))]
public sealed class AddARewardTests(JoinedSamples joined)
{
    const string Document = "docs/add-a-reward.md";

    [Theory]
    [InlineData("In C#", "brevity")]
    [InlineData("In Python", "short-words")]
    public async Task Who_follows_the_document_trains_on_a_reward_of_their_own_and_replays_with_it(string section, string reward)
    {
        var (code, said) = await Walkthrough.Read(Document, section).FollowAsync(joined.Checkout);

        TestContext.Current.TestOutputHelper?.WriteLine(said);
        code.ShouldBe(0, said);
        said.ShouldContain("completed: 2 steps");
        said.ShouldContain("80 captions");
        (await joined.Pipeline.EventCountAsync($"type = 'policy_updated.v1' and data->'rewards' ? '{reward}'")).ShouldBe(2);
        (await joined.Pipeline.EventCountAsync($"type = 'caption_rescored.v1' and data->>'reward' = '{reward}'")).ShouldBe(80);
    }

    [Fact]
    public void A_reward_in_C_sharp_has_at_most_twenty_lines() =>
        Walkthrough.Read(Document, "In C#").Files.Values.Sum(lines => lines.Count).ShouldBeLessThanOrEqualTo(20);
}
