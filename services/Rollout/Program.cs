using MassTransit;
using Pipeline.Captioner;
using Pipeline.Hosting;
using Pipeline.Rollout.SampleCaptions;

var builder = WebApplication.CreateBuilder(args);
TorchThreads.Use(builder.Configuration.GetValue<int?>("Pipeline:TorchThreads"));
builder.AddPipelineDefaults("rollout", bus => bus.AddConsumer<SampleCaptionsConsumer, SampleCaptionsConsumerDefinition>());
builder.Services.AddSingleton<PolicyCache>();
builder.Services.AddSingleton<PictureMemory>();
builder.Services.AddSingleton<CaptionWriter>();

await builder.Build().RunPipelineAsync();
