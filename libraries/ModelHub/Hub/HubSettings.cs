namespace Pipeline.ModelHub.Hub;

/// <summary>Where the hub is, and how we are known there. The variables are those of huggingface_hub.</summary>
public sealed class HubSettings
{
    static readonly string[] Yes = ["1", "ON", "YES", "TRUE"];

    /// <summary>The hub: <c>HF_ENDPOINT</c>, else https://huggingface.co.</summary>
    public Uri Endpoint { get; init; } = new("https://huggingface.co");

    /// <summary>
    /// The access token: <c>HF_TOKEN</c>, else the content of the file that <c>HF_TOKEN_PATH</c> names, else of <c>$HF_HOME/token</c>. Null
    /// when there is none.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>The cache shared with Python: <c>HF_HUB_CACHE</c>, else <c>$HF_HOME/hub</c>. It is read, never written.</summary>
    public string Cache { get; init; } = "";

    /// <summary>Whether the network is not to be touched: <c>HF_HUB_OFFLINE=1</c>.</summary>
    public bool IsOffline { get; init; }

    /// <summary>Reads the environment.</summary>
    /// <param name="variable">Gives a variable's value; by default that of this process.</param>
    /// <exception cref="HubException">HF_ENDPOINT is no URL.</exception>
    public static HubSettings FromEnvironment(Func<string, string?>? variable = null)
    {
        string? Value(string name) =>
            (variable ?? Environment.GetEnvironmentVariable)(name) is { } value && value.Trim() is { Length: > 0 } text ? text : null;

        var home = Value("HF_HOME") ?? Path.Combine(
            Value("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "huggingface");
        return new HubSettings
        {
            Endpoint = Url(Value("HF_ENDPOINT") ?? "https://huggingface.co"),
            Token = Value("HF_TOKEN") ?? InFile(Value("HF_TOKEN_PATH") ?? Path.Combine(home, "token")),
            Cache = Value("HF_HUB_CACHE") ?? Path.Combine(home, "hub"),
            IsOffline = Yes.Contains(Value("HF_HUB_OFFLINE")?.ToUpperInvariant()),
        };
    }

    static Uri Url(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https")
        ? new Uri(text.TrimEnd('/'))
        : throw new HubException($"HF_ENDPOINT: '{text}' is no http or https URL");

    static string? InFile(string path) => File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } token ? token : null;
}
