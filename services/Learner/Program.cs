using MassTransit;
using Pipeline.Captioner;
using Pipeline.Hosting;
using Pipeline.Learner;
using Pipeline.Learner.CollectCaptions;
using Pipeline.Learner.CollectDrawings;
using Pipeline.Learner.CollectScores;
using Pipeline.Learner.DriveRuns;
using Pipeline.Learner.ResumeRun;
using Pipeline.Learner.StartRun;
using Pipeline.Learner.StopRun;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHostedService<LearnerLease>();
builder.AddPipelineDefaults("learner", bus =>
{
    bus.AddConsumer<StartRunConsumer, StartRunConsumerDefinition>();
    bus.AddConsumer<StopRunConsumer, StopRunConsumerDefinition>();
    bus.AddConsumer<ResumeRunConsumer, ResumeRunConsumerDefinition>();
    bus.AddConsumer<CollectCaptionsConsumer, CollectCaptionsConsumerDefinition>();
    bus.AddConsumer<CollectDrawingsConsumer, CollectDrawingsConsumerDefinition>();
    bus.AddConsumer<CollectScoresConsumer, CollectScoresConsumerDefinition>();
});
builder.Services.AddOptions<LearnerOptions>().BindConfiguration("Learner").ValidateDataAnnotations().ValidateOnStart();
builder.Services.AddSingleton<ScoreInbox>();
builder.Services.AddSingleton<RunSupervisor>().AddHostedService(services => services.GetRequiredService<RunSupervisor>());

await builder.Build().RunPipelineAsync(options => TorchRuntime.Use(options.TorchThreads, options.TorchDevice));
