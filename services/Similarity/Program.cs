using Microsoft.Extensions.Options;
using Pipeline.Captioner;
using Pipeline.Hosting;
using Pipeline.Similarity;

var builder = WebApplication.CreateBuilder(args);
builder.AddPipelineDefaults("similarity");
builder.Services.AddConfiguredRewards(builder.Configuration);
var app = builder.Build();
TorchThreads.Use(app.Services.GetRequiredService<IOptions<PipelineOptions>>().Value.TorchThreads);
await app.RunPipelineAsync();
