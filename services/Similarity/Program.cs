using Pipeline.Captioner;
using Pipeline.Hosting;
using Pipeline.Similarity;

var builder = WebApplication.CreateBuilder(args);
builder.AddPipelineDefaults("similarity");
builder.Services.AddConfiguredRewards(builder.Configuration);
await builder.Build().RunPipelineAsync(options => TorchRuntime.Use(options.TorchThreads, options.TorchDevice));
