using Pipeline.Hosting;
using Pipeline.Rollout.SampleCaptions;

var builder = WebApplication.CreateBuilder(args);
builder.AddPipelineDefaults("rollout", bus => bus.AddConsumer<SampleCaptionsConsumer, SampleCaptionsConsumerDefinition>());
builder.Services.AddTorch();
builder.Services.AddSingleton<PolicyCache>();
builder.Services.AddSingleton<PictureMemory>();
builder.Services.AddSingleton<CaptionWriter>();

var app = builder.Build();
app.MapPipelineHealth();
await app.RunAsync();
