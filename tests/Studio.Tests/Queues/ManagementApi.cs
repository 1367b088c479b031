using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pipeline.Hosting;

namespace Pipeline.Studio.Tests.Queues;

/// <summary>Answers as RabbitMQ's management API does, with what it is given.</summary>
sealed class ManagementApi : IAsyncDisposable
{
    readonly WebApplication _app;

    ManagementApi(WebApplication app) => _app = app;

    /// <summary>The paths that were asked for, percent signs as sent.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>What a service is told of it.</summary>
    public PipelineOptions Options => new() { RabbitMq = "amqp://u:p@127.0.0.1:1/", RabbitMqManagement = $"{_app.Urls.First().Replace("//", "//u:p%2Fq@")}/" };

    /// <summary>Starts one.</summary>
    /// <param name="answer">The JSON for a path; null for 404.</param>
    public static async Task<ManagementApi> StartAsync(Func<string, string?> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var api = new ManagementApi(builder.Build());
        api._app.Run(async http =>
        {
            var target = http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget.Split('?')[0];
            api.Asked.Add($"{target} {http.Request.Headers.Authorization}");
            if (answer(target) is not { } json) http.Response.StatusCode = 404;
            else
            {
                http.Response.ContentType = "application/json";
                await http.Response.WriteAsync(json);
            }
        });
        await api._app.StartAsync();
        return api;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
