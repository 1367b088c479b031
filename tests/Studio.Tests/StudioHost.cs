using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Npgsql;
using Pipeline.Hosting;
using Pipeline.Testing;

namespace Pipeline.Studio.Tests;

/// <summary>Studio on a free port over servers of its own, empty at first.</summary>
public sealed class StudioHost : IAsyncLifetime
{
    /// <summary>An address that is answered as if the database were away.</summary>
    public const string Away = "/away";

    readonly TestStack _stack = new();

    /// <summary>What runs.</summary>
    public PipelineHost Host { get; private set; } = null!;

    /// <summary>Configuration that wins over the servers'.</summary>
    public Dictionary<string, string?> Settings { get; } = new()
    {
        ["Pipeline:LogLevel"] = "Fatal", ["Studio:Refresh"] = "00:00:00.05", ["Studio:Heartbeat"] = "00:00:00.2",
    };

    /// <summary>The lasting token.</summary>
    public string Token { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await _stack.InitializeAsync();
        Host = await PipelineHost.StartAsync(
            _stack,
            builder =>
            {
                builder.Environment.ApplicationName = "Pipeline.Studio"; // its static files are listed under this name
                builder.AddPipelineDefaults("studio");
                builder.AddStudio();
            },
            Settings,
            app =>
            {
                app.UseStudio();
                app.Map(Away, object () => throw new InvalidOperationException("a library's own error", new NpgsqlException("nobody answers")));
            });
        Token = await Host.Get<StudioAccess>().NewTokenAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _stack.DisposeAsync();
    }

    /// <summary>A browser without a memory: it follows no redirects and keeps no cookies.</summary>
    public HttpClient Client(string? token = null)
    {
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Host.Http.BaseAddress };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }
}
