using System.Collections.Concurrent;
using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Hosting.Tests.Bus;
using Pipeline.Testing;

namespace Pipeline.Hosting.Tests.Telemetry;

public sealed class TraceTests(TestStack stack) : IClassFixture<TestStack>
{
    [Fact]
    public async Task One_trace_goes_from_the_command_through_every_service()
    {
        var traces = new ConcurrentDictionary<string, ActivityTraceId>();
        var done = new Seen { Act = (_, _) => Note("collector") };
        await using var collector = await PipelineHost.StartAsync(stack, builder =>
        {
            builder.Services.AddSingleton(done);
            builder.AddPipelineDefaults("collector", bus => bus.AddConsumer<WorkDoneConsumer>());
        });
        var working = new Seen();
        working.Act = (message, _) =>
        {
            Note("worker");
            return working.Messages.Last().Context.Publish(new WorkDone(((DoWork)message).RunId, 1));
        };
        await using var worker = await PipelineHost.StartAsync(stack, TestService.Worker(working));
        await using var sender = await PipelineHost.StartAsync(stack, TestService.Sender);

        using (var elsewhere = PipelineTelemetry.Source.StartActivity("elsewhere")!)
        {
            using (PipelineTelemetry.StartTrace("do-work"))
            {
                await Note("sender");
                await sender.PublishAsync(new DoWork(Guid.NewGuid(), 1));
            }
            Activity.Current.ShouldBe(elsewhere);
            traces["elsewhere"] = elsewhere.TraceId;
        }

        await Eventually.HoldsAsync("the result arrived", () => traces.ContainsKey("collector"));
        traces["worker"].ShouldBe(traces["sender"]);
        traces["collector"].ShouldBe(traces["sender"]);
        traces["elsewhere"].ShouldNotBe(traces["sender"]);

        Task Note(string service)
        {
            traces[service] = Activity.Current!.TraceId;
            return Task.CompletedTask;
        }
    }
}
