using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Captioner;
using Pipeline.Fluency;
using Pipeline.Hosting;
using Pipeline.Models;
using Pipeline.Rewards;

await RewardService.RunAsync(args, "fluency", services =>
{
    var options = services.GetRequiredService<IOptions<PipelineOptions>>().Value;
    TorchRuntime.Use(options.TorchThreads, options.TorchDevice);
    var folder = services.GetRequiredService<IConfiguration>()["Fluency:Model"];
    return Directory.Exists(folder)
        ? new FluencyReward(new ModelFolder(folder))
        : throw new DirectoryNotFoundException(
            $"Fluency:Model is '{folder}', and there is no such folder: set Fluency__Model to a captioner in Hugging Face layout, such as models/tiny/captioner");
});
