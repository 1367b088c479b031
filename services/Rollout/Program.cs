using MassTransit;
using Microsoft.Extensions.Options;
using Pipeline.Captioner;
using Pipeline.Hosting;
using Pipeline.Rollout.SampleCaptions;

var builder = WebApplication.CreateBuilder(args);
builder.AddPipelineDefaults("rollout", bus => bus.AddConsumer<SampleCaptionsConsumer, SampleCaptionsConsumerDefinition>());
builder.Services.AddSingleton<PolicyCache>();
builder.Services.AddSingleton<CaptionWriter>();

var app = builder.Build();
TorchThreads.Use(app.Services.GetRequiredService<IOptions<PipelineOptions>>().Value.TorchThreads);
await app.RunPipelineAsync();
