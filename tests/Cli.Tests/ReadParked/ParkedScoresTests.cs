using Pipeline.Cli.ScoreCaption;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests.ReadParked;

public sealed class ParkedScoresTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    string Address => store.Connection.Options.RabbitMq;

    [Fact]
    public async Task Why_a_reward_gave_a_message_up_is_told_to_who_waits_for_its_captions_and_to_nobody_else()
    {
        var caption = await AskAsync("broken");
        var why = await WhyAsync(caption.RunId, "broken", caption.CaptionId);

        why.ShouldBe("It is broken. (parked in score-captions-broken_error)");
        var parked = new ParkedScores(Address);
        (await parked.WhyNotAsync(Guid.NewGuid(), "broken", [caption.CaptionId], Cancellation)).ShouldBeNull("another run");
        (await parked.WhyNotAsync(caption.RunId, "broken", [Guid.NewGuid()], Cancellation)).ShouldBeNull("other captions are missing");
        (await parked.WhyNotAsync(caption.RunId, "length", [caption.CaptionId], Cancellation)).ShouldBeNull("another reward");
    }

    // RabbitMQ 4 drops a message that was given back 20 times.
    [Fact]
    public async Task A_message_that_is_looked_at_often_stays_with_its_reason_and_does_not_count_as_given_back_so_often()
    {
        var caption = await AskAsync("broken");
        await WhyAsync(caption.RunId, "broken", caption.CaptionId);

        for (var look = 0; look < 20; look++)
            (await ParkedQueue.ReadAsync(Address, "score-captions-broken_error", Cancellation))
                .ShouldContain(message => message.Mentions.Contains(caption.CaptionId) && message.Reason == "It is broken.");

        (await GivenBackAsync()).ShouldBeLessThanOrEqualTo(6);
    }

    [Fact]
    public async Task A_queue_that_is_not_there_holds_nothing() =>
        (await ParkedQueue.ReadAsync(Address, "score-captions-nobody_error", Cancellation)).ShouldBeEmpty();

    Task<string> WhyAsync(Guid run, string reward, Guid caption)
    {
        var parked = new ParkedScores(Address);
        return Eventually.GetAsync("the message is parked", () => parked.WhyNotAsync(run, reward, [caption], Cancellation));
    }

    async Task<Contracts.CaptionSampled> AskAsync(string reward)
    {
        var probe = new Probe("a red circle", new('a', 64), [reward], null, 1);
        var caption = await probe.NextAsync(store.Events, Cancellation);
        // As a question of its own: the same one was asked by the other test.
        caption = caption with { CaptionId = Guid.NewGuid(), RunId = Guid.NewGuid() };
        await store.Connection.SendAsync(probe.Message(caption), Cancellation);
        return caption;
    }

    async Task<long> GivenBackAsync()
    {
        var factory = new RabbitMQ.Client.ConnectionFactory { Uri = new Uri(Address) };
        await using var connection = await factory.CreateConnectionAsync(Cancellation);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancellation);
        var most = 0L;
        while (await channel.BasicGetAsync("score-captions-broken_error", autoAck: false, Cancellation) is { } message)
            if (message.BasicProperties.Headers!.TryGetValue("x-delivery-count", out var count)) most = Math.Max(most, Convert.ToInt64(count));
        return most;
    }
}
