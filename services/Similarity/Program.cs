using Pipeline.Captioner;
using Pipeline.Hosting;
using Pipeline.Similarity;

var builder = WebApplication.CreateBuilder(args);
TorchThreads.Use(builder.Configuration.GetValue<int?>("Pipeline:TorchThreads"));
builder.AddPipelineDefaults("similarity");
builder.Services.AddConfiguredRewards(builder.Configuration);
await builder.Build().RunPipelineAsync();
