using Pipeline.Hosting;
using Pipeline.Studio;

var builder = WebApplication.CreateBuilder(args);
builder.AddPipelineDefaults("studio");
builder.AddStudio();

var app = builder.Build();
app.UseStudio();
await app.RunPipelineAsync();
