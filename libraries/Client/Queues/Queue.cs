using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Serialization;
using Pipeline.Hosting;

namespace Pipeline.Client;

/// <summary>A queue, as RabbitMQ's management API tells it.</summary>
/// <param name="Name">Its name; parked messages lie in <c>NAME_error</c>.</param>
/// <param name="Messages">Messages in it, those being worked on included.</param>
/// <param name="Consumers">Who takes from it.</param>
public sealed record Queue(
    [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("messages")] long Messages,
    [property: JsonPropertyName("consumers")] int Consumers)
{
    /// <summary>All queues of the virtual host, by name; null when the management API does not answer or none is configured.</summary>
    public static async Task<IReadOnlyList<Queue>?> AllAsync(PipelineOptions options, CancellationToken cancellation)
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
            var queues = await http.GetFromJsonAsync<Queue[]>($"api/queues/{virtualHost}?columns=name,messages,consumers", cancellation);
            return [.. (queues ?? []).OrderBy(queue => queue.Name, StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
