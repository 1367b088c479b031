using Pipeline.Hosting;
using Pipeline.Rollout.SampleCaptions;

var builder = WebApplication.CreateBuilder(args);
TorchThreads.Use(builder.Configuration);
builder.AddPipelineDefaults("rollout", bus => bus.AddConsumer<SampleCaptionsConsumer, SampleCaptionsConsumerDefinition>());
builder.Services.AddSingleton<PolicyCache>();
builder.Services.AddSingleton<PictureMemory>();
builder.Services.AddSingleton<CaptionWriter>();

await builder.Build().RunPipelineAsync();
