using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Pipeline.Testing;

namespace Pipeline.Browser;

/// <summary>Studio as a process of its own, on a free port.</summary>
public sealed partial class StudioServer : IAsyncDisposable
{
    readonly ServiceProcess _process;

    StudioServer(ServiceProcess process, string address, string token)
    {
        (_process, Address, Token) = (process, address, token);
        Http = new HttpClient { BaseAddress = new Uri(address) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Where it listens, without a slash at its end.</summary>
    public string Address { get; }

    /// <summary>What it printed for signing in.</summary>
    public string Token { get; }

    /// <summary>The link that it printed.</summary>
    public string SignInLink => $"{Address}/?token={Token}";

    /// <summary>A program that has the token.</summary>
    public HttpClient Http { get; }

    /// <summary>What it printed so far.</summary>
    public string Output => _process.Output;

    /// <summary>Starts it on a stack and waits until it prints its link.</summary>
    public static async Task<StudioServer> StartAsync(TestStack stack)
    {
        var settings = stack.Environment();
        var models = Path.Combine(Repository.Root, "models", "tiny");
        settings["Studio__Pack"] = models;
        settings["Studio__DiffusionModel"] = Path.Combine(models, "diffusion");
        var process = new ServiceProcess("Studio", settings);
        await Eventually.HoldsAsync("Studio prints its link", () => process.HasEnded
            ? throw new InvalidOperationException($"Studio ended: {process.Output}")
            : Link.IsMatch(process.Output));
        var link = Link.Match(process.Output);
        return new StudioServer(process, link.Groups["address"].Value, link.Groups["token"].Value);
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _process.DisposeAsync();
    }

    [GeneratedRegex(@"Studio: (?<address>http://[^/\s]+)/\?token=(?<token>\S+)")]
    private static partial Regex Link { get; }
}
