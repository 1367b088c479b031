namespace Pipeline.Client;

/// <summary>How a person calls this program, for the hints that it prints.</summary>
public static class ThisCommand
{
    /// <summary><c>./pipeline</c>, or what <c>PIPELINE_COMMAND</c> says: in a container it is another.</summary>
    public static string Name { get; } = Environment.GetEnvironmentVariable("PIPELINE_COMMAND") is { Length: > 0 } name ? name : "./pipeline";

    /// <summary>How the servers and services are started from where this program is called.</summary>
    public static string Up { get; } = Environment.GetEnvironmentVariable("PIPELINE_COMMAND_UP") is { Length: > 0 } up ? up : $"{Name} up";
}
