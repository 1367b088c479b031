namespace Pipeline.Contracts;

/// <summary>Settings that cannot be used.</summary>
/// <param name="problems">What is wrong, each naming the key and what is allowed.</param>
public sealed class SettingsException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>What is wrong, each naming the key and what is allowed.</summary>
    public IReadOnlyList<string> Problems => problems;
}
