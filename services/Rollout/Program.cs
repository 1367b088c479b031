using MassTransit;
using Pipeline.Captioner;
using Pipeline.Hosting;
using Pipeline.Rollout.SampleCaptions;
using Pipeline.Sampling;

var builder = WebApplication.CreateBuilder(args);
builder.AddPipelineDefaults("rollout", bus => bus.AddConsumer<SampleCaptionsConsumer, SampleCaptionsConsumerDefinition>());
builder.Services.AddSingleton<PolicyCache>();
builder.Services.AddSingleton<CaptionWriter>();

await builder.Build().RunPipelineAsync(options => TorchRuntime.Use(options.TorchThreads, options.TorchDevice));
