using Pipeline.Testing;

namespace Pipeline.Compose;

/// <summary>
/// Docker and the images that everything stands on. Where no registry is reachable, and stand-ins for these images lie beside the
/// repository, those are built; where there is no Docker either, they bring it.
/// </summary>
static class BaseImages
{
    static readonly string StandIns = Path.Combine(Repository.Root, "..", "shared", "standins", "build.sh");

    static readonly string[] Names =
    [
        "mcr.microsoft.com/dotnet/sdk:10.0", "mcr.microsoft.com/dotnet/aspnet:10.0", "rabbitmq:4-management", "postgres:17",
    ];

    // Test classes run side by side, and two builds of the stand-ins at once do not bear each other.
    static readonly Lazy<Task<IReadOnlyDictionary<string, string>?>> Found = new(FindOnceAsync);

    /// <summary>Sees to it that they are there; done once for all tests.</summary>
    /// <returns>What compose must be told, such as another name of an image; null where there is no Docker and no way to it.</returns>
    public static Task<IReadOnlyDictionary<string, string>?> FindAsync() => Found.Value;

    static async Task<IReadOnlyDictionary<string, string>?> FindOnceAsync()
    {
        var hasDocker = (await Command.TryAsync("docker", ["info"])).Code == 0;
        if (hasDocker && await AllAsync(Names, IsThereAsync)) return await SettingsAsync();
        if (File.Exists(StandIns) && !(hasDocker && await AllAsync(Names, PullAsync))) await Command.RunAsync("bash", [StandIns]);
        else if (!hasDocker) return null;
        return await SettingsAsync();
    }

    static async Task<IReadOnlyDictionary<string, string>> SettingsAsync() =>
        await IsThereAsync("standins/seq") ? new Dictionary<string, string> { ["SEQ_IMAGE"] = "standins/seq" } : [];

    static async Task<bool> IsThereAsync(string image) => (await Command.TryAsync("docker", ["image", "inspect", image])).Code == 0;

    static async Task<bool> PullAsync(string image) =>
        await IsThereAsync(image) || (await Command.TryAsync("timeout", ["300", "docker", "pull", "-q", image])).Code == 0;

    static async Task<bool> AllAsync(IEnumerable<string> images, Func<string, Task<bool>> condition)
    {
        foreach (var image in images)
            if (!await condition(image)) return false;
        return true;
    }
}
