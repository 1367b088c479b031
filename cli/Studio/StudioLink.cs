using Pipeline.Cli.Local;
using Pipeline.Cli.Terminal;

namespace Pipeline.Cli.Studio;

/// <summary>The way into Studio, for a browser.</summary>
static class StudioLink
{
    /// <summary>The variable that says where Studio is, where the local stack does not run it.</summary>
    public const string AddressVariable = "PIPELINE_STUDIO_URL";

    /// <summary>An address that signs in once, within ten minutes.</summary>
    /// <exception cref="CliException">It is not known where Studio is.</exception>
    public static async Task<string> NewAsync(Connection connection, LocalStack stack, CancellationToken cancellation) =>
        With(Address(stack), await new StudioAccess(connection.Database).NewLinkAsync(cancellation));

    /// <summary>An address with a lasting token in place of the one before; everybody is signed out.</summary>
    /// <exception cref="CliException">It is not known where Studio is.</exception>
    public static async Task<string> NewTokenAsync(Connection connection, LocalStack stack, CancellationToken cancellation) =>
        With(Address(stack), await new StudioAccess(connection.Database).NewTokenAsync(cancellation));

    static string With(string address, string secret) => $"{address}/?token={secret}";

    static string Address(LocalStack stack) =>
        Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } told ? told.TrimEnd('/')
        : !LocalStack.IsElsewhere && stack.StudioPort is { } port ? $"http://127.0.0.1:{port}"
        : throw new CliException($"it is not known where Studio is: set {AddressVariable} to its address");
}
