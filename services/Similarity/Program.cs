using Pipeline.Hosting;
using Pipeline.Similarity;

var builder = WebApplication.CreateBuilder(args);
builder.AddPipelineDefaults("similarity");
builder.Services.AddConfiguredRewards(builder.Configuration);
await builder.Build().RunPipelineAsync();
