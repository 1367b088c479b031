using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
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
            var answer = await http.GetFromJsonAsync<JsonNode>($"api/{path.Replace("{vhost}", virtualHost, StringComparison.Ordinal)}", cancellation);
            LeaveOutEmptyLists(answer);
            return answer.Deserialize<T>(JsonSerializerOptions.Web);
        }
        // Cut off in the middle of an answer, or something else answers at that address.
        catch (Exception error) when (error is HttpRequestException or IOException or JsonException or TaskCanceledException
            && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>
    /// The API writes an object without members as an empty list: the details of a channel that it has not heard of yet are <c>[]</c>, not
    /// <c>{}</c>. Whatever is empty inside the answer is left out of it.
    /// </summary>
    static void LeaveOutEmptyLists(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray items:
                foreach (var item in items) LeaveOutEmptyLists(item);
                break;
            case JsonObject members:
                foreach (var name in members.Where(member => member.Value is JsonArray { Count: 0 }).Select(member => member.Key).ToList()) members.Remove(name);
                foreach (var (_, value) in members) LeaveOutEmptyLists(value);
                break;
        }
    }
}
