using MassTransit;
using Microsoft.Extensions.Logging;
using Pipeline.Contracts;
using Pipeline.Hosting.Tests.Bus;
using Pipeline.Testing;
using Serilog.Events;

namespace Pipeline.Hosting.Tests.Telemetry;

public sealed class LogTests(TestStack stack) : IClassFixture<TestStack>
{
    static readonly Guid Run = Guid.Parse("11111111-0000-4000-8000-000000000001");
    static readonly Guid First = Guid.Parse("22222222-0000-4000-8000-000000000001");
    static readonly PolicyRef Policy = new(17, new string('a', 64));

    [Fact]
    public async Task Every_line_logged_while_a_message_is_consumed_says_run_caption_and_policy_version()
    {
        var log = new CapturedLog();
        await using var host = await PipelineHost.StartAsync(stack, builder =>
        {
            log.AddTo(builder);
            builder.AddPipelineDefaults("talker", bus => bus.AddConsumer<TalkingConsumer>());
        });

        await host.PublishAsync(new CaptionsSampled(Run, 4, Guid.Empty, ["blip"], [Sampled(First)], 1.5));

        var line = await Eventually.GetAsync(
            "the consumer logs", () => Task.FromResult(log.Events.FirstOrDefault(e => e.MessageTemplate.Text == "Hello")));
        Property(line, "RunId").ShouldBe(Run);
        Property(line, "CaptionId").ShouldBe(First);
        Property(line, "PolicyVersion").ShouldBe(17);
        Property(line, "Step").ShouldBe(4);
        Property(line, "Service").ShouldBe("talker");
        line.TraceId.ShouldNotBeNull();
        log.Events.First().Properties.Keys.ShouldNotContain("RunId");
    }

    [Fact]
    public void A_message_about_several_captions_names_none_of_them()
    {
        Of(new CaptionsSampled(Run, 4, Guid.Empty, [], [Sampled(First), Sampled(Run)], 0)).Keys
            .ShouldBe(["RunId", "Step", "BatchId", "PolicyVersion"]);
    }

    [Fact]
    public void Commands_events_and_results_each_say_what_they_have()
    {
        Of(new StopRun(Run)).ShouldBe(new Dictionary<string, object> { ["RunId"] = Run });
        Of(new RunStopped(Run, 9)).ShouldBe(new Dictionary<string, object> { ["RunId"] = Run, ["PolicyVersion"] = 9 });
        Of(Sampled(First))["CaptionId"].ShouldBe(First);
        var decoding = new Decoding(DecodingMode.Greedy);
        Of(new SampleCaptions(Run, 4, Guid.Empty, CaptionPurpose.Training, Policy, decoding, [], [new(First, "p", 0, 1)]))["CaptionId"]
            .ShouldBe(First);
        Of(new CaptionsScored(Run, 4, Guid.Empty, "blip", [], 0))["Reward"].ShouldBe("blip");
        Of("no message").ShouldBeEmpty();
    }

    static Dictionary<string, object> Of(object message) => new(MessageProperties.Of(message));

    static object? Property(LogEvent line, string name) => (line.Properties.GetValueOrDefault(name) as ScalarValue)?.Value;

    static CaptionSampled Sampled(Guid caption) =>
        new(caption, Run, 4, CaptionPurpose.Training, "p", 0, 1, Policy, new Decoding(DecodingMode.Sample), "a cat", [1], [-1f]);

    sealed class TalkingConsumer(ILogger<TalkingConsumer> log) : IConsumer<CaptionsSampled>
    {
        public Task Consume(ConsumeContext<CaptionsSampled> context)
        {
            log.LogInformation("Hello");
            return Task.CompletedTask;
        }
    }
}
