using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Testing;

/// <summary>A message as it lies in a queue.</summary>
/// <param name="Body">Its text.</param>
/// <param name="Headers">Its headers.</param>
/// <param name="Properties">Its AMQP properties, such as <c>message_id</c>.</param>
public sealed record QueuedMessage(string Body, JsonObject Headers, JsonObject Properties);

/// <summary>A virtual host of its own, seen and touched through RabbitMQ's management API.</summary>
public sealed class TestBroker : IAsyncDisposable
{
    readonly HttpClient _http;
    readonly string _host;

    TestBroker(HttpClient http, string management, string address, string host) =>
        (_http, Management, Address, _host) = (http, management, address, host);

    /// <summary>The virtual host's AMQP address.</summary>
    public string Address { get; }

    /// <summary>The management API's address.</summary>
    public string Management { get; }

    /// <summary>Makes a virtual host on the server at these addresses.</summary>
    public static async Task<TestBroker> CreateAsync(string amqp, string management, string host)
    {
        var address = new UriBuilder(amqp) { Path = host }.Uri;
        // The server closes idle connections after a minute, at a moment when we might just be using one.
        var handler = new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5) };
        var http = new HttpClient(handler)
        {
            BaseAddress = new UriBuilder(management) { UserName = "", Password = "", Path = "/api/" }.Uri,
        };
        var login = Uri.UnescapeDataString(address.UserInfo);
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login)));

        var broker = new TestBroker(http, management, address.ToString(), host);
        await broker.SendAsync(HttpMethod.Put, $"vhosts/{host}");
        var everything = new { configure = ".*", write = ".*", read = ".*" };
        await broker.SendAsync(HttpMethod.Put, $"permissions/{host}/{login.Split(':')[0]}", everything);
        return broker;
    }

    /// <summary>The names of all queues and what they are: type, arguments.</summary>
    public async Task<IReadOnlyDictionary<string, JsonObject>> QueuesAsync() =>
        (await ListAsync($"queues/{_host}?disable_stats=true")).ToDictionary(queue => (string)queue["name"]!, queue => queue);

    /// <summary>The names of all exchanges.</summary>
    public async Task<IReadOnlyList<string>> ExchangesAsync() =>
        [.. (await ListAsync($"exchanges/{_host}")).Select(exchange => (string)exchange["name"]!)];

    /// <summary>The messages waiting in a queue (100 at most), which stay there; none when there is no such queue.</summary>
    public async Task<IReadOnlyList<QueuedMessage>> MessagesAsync(string queue)
    {
        var peek = new { count = 100, ackmode = "ack_requeue_true", encoding = "auto" };
        using var response = await _http.PostAsJsonAsync($"queues/{_host}/{queue}/get", peek);
        if (response.StatusCode == HttpStatusCode.NotFound) return [];
        response.EnsureSuccessStatusCode();
        var messages = await response.Content.ReadFromJsonAsync<JsonArray>() ?? [];
        return [.. messages.Select(Message)];

        // An empty table is an empty array in Erlang's JSON.
        static QueuedMessage Message(JsonNode? message) => new(
            (string)message!["payload"]!, message["properties"]?["headers"] as JsonObject ?? [], message["properties"] as JsonObject ?? []);
    }

    /// <summary>
    /// How many messages are parked in <c>_error</c> queues (100 of each at most), by really looking for them: the queues' statistics are
    /// seconds old, and <see cref="QueuesAsync"/> leaves them out.
    /// </summary>
    public async Task<int> ParkedAsync()
    {
        var parked = 0;
        foreach (var queue in (await QueuesAsync()).Keys.Where(queue => queue.EndsWith("_error", StringComparison.Ordinal)))
            parked += (await MessagesAsync(queue)).Count;
        return parked;
    }

    /// <summary>Takes a queue's first message and gives it back unprocessed, as a consumer does that dies with it.</summary>
    public async Task ReturnFirstAsync(string queue)
    {
        var take = new { count = 1, ackmode = "reject_requeue_true", encoding = "auto" };
        using var response = await SendAsync(HttpMethod.Post, $"queues/{_host}/{queue}/get", take);
    }

    /// <summary>Publishes a text to an exchange, as a program without MassTransit would.</summary>
    /// <returns>Whether a queue took it.</returns>
    public async Task<bool> PublishAsync(string exchange, string body)
    {
        var properties = new { content_type = "application/json", delivery_mode = 2 };
        var message = new { routing_key = "", payload = body, payload_encoding = "string", properties };
        using var response = await SendAsync(HttpMethod.Post, $"exchanges/{_host}/{exchange}/publish", message);
        return (bool)(await response.Content.ReadFromJsonAsync<JsonObject>())!["routed"]!;
    }

    /// <summary>Closes every connection of the virtual host, as a broken network would.</summary>
    /// <returns>How many there were; the broker lists a connection some seconds after it was made.</returns>
    public async Task<int> CloseConnectionsAsync()
    {
        var connections = await ListAsync($"vhosts/{_host}/connections");
        foreach (var name in connections.Select(connection => (string)connection["name"]!))
            await SendAsync(HttpMethod.Delete, $"connections/{Uri.EscapeDataString(name)}");
        return connections.Count;
    }

    /// <summary>Deletes the virtual host and all that is in it.</summary>
    public async ValueTask DisposeAsync()
    {
        await SendAsync(HttpMethod.Delete, $"vhosts/{_host}");
        _http.Dispose();
    }

    async Task<IReadOnlyList<JsonObject>> ListAsync(string path) =>
        [.. (await _http.GetFromJsonAsync<JsonArray>(path) ?? []).Select(item => item!.AsObject())];

    async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = new StringContent(body is null ? "" : JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        return (await _http.SendAsync(request)).EnsureSuccessStatusCode();
    }
}
