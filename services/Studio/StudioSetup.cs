using Pipeline.Client;
using Pipeline.Contracts;
using Pipeline.Projections;
using Pipeline.Studio.Blobs;
using Pipeline.Studio.Captions;
using Pipeline.Studio.Lineage;
using Pipeline.Studio.Live;
using Pipeline.Studio.Pictures;
using Pipeline.Studio.Queues;
using Pipeline.Studio.Replays;
using Pipeline.Studio.Run;
using Pipeline.Studio.Runs;
using Pipeline.Studio.Shared;
using Pipeline.Studio.SignIn;
using Pipeline.Studio.StartRun;

namespace Pipeline.Studio;

/// <summary>How Studio is put together.</summary>
static class StudioSetup
{
    /// <summary>Adds everything that pages and the API need.</summary>
    public static void AddStudio(this WebApplicationBuilder builder)
    {
        // On this machine only, unless somebody says otherwise in one of the ways that ASP.NET Core knows.
        if (new[] { "urls", "http_ports", "https_ports" }.All(key => string.IsNullOrEmpty(builder.Configuration[key])))
            builder.WebHost.UseUrls(StudioOptions.DefaultAddress);
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

        var services = builder.Services;
        services.AddOptions<StudioOptions>().BindConfiguration(StudioOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.ConfigureHttpJsonOptions(json => ContractJson.Configure(json.SerializerOptions));
        services.AddRazorComponents();
        services.AddHttpContextAccessor();
        services.AddStudioApi();
        services.AddSingleton(provider => new Connection(provider));
        services.AddSingleton<RunCatalogue>();
        services.AddSingleton(provider => new ProjectionStore(provider.GetRequiredService<Connection>().Database));
        services.AddSingleton(provider => new StudioAccess(provider.GetRequiredService<Connection>().Database));
        services.AddSingleton<Sessions>();
        services.AddHostedService<Invitation>();
        services.AddHostedService<WarmUp>();
        services.AddSingleton<LiveFeed>().AddHostedService(provider => provider.GetRequiredService<LiveFeed>());
        services.AddRunPages();
        services.AddPicturePages();
        services.AddReplayPages();
        services.AddQueuePages();
        services.AddCaptionPages();
        services.AddLineagePages();
    }

    /// <summary>The order counts: headers for every answer, then who is asking, then everything else.</summary>
    public static void UseStudio(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<PlainErrors>();
        app.UseMiddleware<Gate>();
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/api"), api => api.UseStatusCodePages());
        app.UseWhen(http => !http.Request.Path.StartsWithSegments("/api"), pages => pages.UseStatusCodePagesWithReExecute("/error/{0}"));
        app.UseRouting(); // named, or it would come first: before the gate, and where nobody explains its errors
        app.MapStaticAssets();
        app.MapSignIn();
        app.MapRazorComponents<App>().DisableAntiforgery(); // the gate lets no other origin send anything

        var api = app.MapStudioApi();
        api.MapLive();
        api.MapRuns();
        api.MapStartRun();
        api.MapRun();
        api.MapPictures();
        api.MapCaptions();
        api.MapReplays();
        api.MapLineage();
        api.MapQueues();
        app.MapBlobs();
        app.MapStartRunForm();
        app.MapRunForms();
        app.MapExecuteAgainForm();
        app.MapReplayForms();
        app.MapRequeueForm();
    }
}
