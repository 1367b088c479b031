using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Pipeline.Hosting;

namespace Pipeline.Client;

/// <summary>RabbitMQ's management API, where one is configured.</summary>
static class Management
{
    /// <summary>What the API answers; null when it does not answer or none is configured.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="path">The question, below <c>api/</c>; <c>{vhost}</c> stands for the virtual host.</param>
    /// <param name="cancellation">Cancels.</param>
    public static async Task<T?> AskAsync<T>(PipelineOptions options, string path, CancellationToken cancellation)
        where T : class
    {
        if (string.IsNullOrEmpty(options.RabbitMqManagement)) return null;
        var address = new Uri(options.RabbitMqManagement);
        var virtualHost = new Uri(options.RabbitMq).AbsolutePath.TrimStart('/') is { Length: > 0 } named ? named : "%2F";
        using var http = new HttpClient
        {
            BaseAddress = new Uri(address.GetLeftPart(UriPartial.Authority)), Timeout = TimeSpan.FromSeconds(5),
        };
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo)));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", login);
        try
        {
            return await http.GetFromJsonAsync<T>($"api/{path.Replace("{vhost}", virtualHost, StringComparison.Ordinal)}", cancellation);
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
