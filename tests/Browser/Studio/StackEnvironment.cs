using Pipeline.Testing;

namespace Pipeline.Browser;

/// <summary>What processes are told.</summary>
static class StackEnvironment
{
    /// <summary>The stack's addresses as environment variables.</summary>
    public static Dictionary<string, string> Environment(this TestStack stack)
    {
        var settings = stack.Settings.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value!);
        settings["Pipeline__TorchThreads"] = "1";
        return settings;
    }
}
