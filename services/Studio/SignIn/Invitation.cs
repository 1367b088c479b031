using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Pipeline.Client;

namespace Pipeline.Studio.SignIn;

/// <summary>
/// Makes the token at the first start and prints it with the address: on the console and nowhere else, since logs are kept and sent on.
/// </summary>
sealed class Invitation(StudioAccess access, IServer server, IOptions<StudioOptions> options, IHostApplicationLifetime lifetime) : IHostedService
{
    string? _token;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _token = await access.PrepareAsync(cancellationToken);
        lifetime.ApplicationStarted.Register(Print); // only then is it known where it listens
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    void Print()
    {
        var address = Address(server.Features.Get<IServerAddressesFeature>()?.Addresses, options.Value.Url);
        Console.WriteLine(_token is null
            ? $"Studio: {address}   ({ThisCommand.Name} studio prints a link that signs in)"
            : $"Studio: {address}/?{Gate.TokenParameter}={_token}");
        _token = null;
    }

    /// <summary>The address that people open: as they were told, else where it listens.</summary>
    internal static string Address(IEnumerable<string>? listens, string? told)
    {
        var address = told ?? listens?.FirstOrDefault() ?? StudioOptions.DefaultAddress;
        foreach (var any in (string[])["[::]", "0.0.0.0", "+", "*"]) address = address.Replace($"//{any}", "//127.0.0.1", StringComparison.Ordinal);
        return address.TrimEnd('/');
    }
}
