using MassTransit;
using Pipeline.Diffusion;
using Pipeline.Diffusion.PlanDrawings;
using Pipeline.Diffusion.RenderImages;
using Pipeline.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddDrawer();
builder.AddPipelineDefaults("diffusion", bus =>
{
    bus.AddConsumer<PlanDrawingsConsumer, PlanDrawingsConsumerDefinition>();
    bus.AddConsumer<RenderImagesConsumer, RenderImagesConsumerDefinition>();
});
await builder.Build().RunPipelineAsync();
