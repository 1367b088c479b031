namespace Pipeline.FullSize;

/// <summary>One after the other: each takes gigabytes and all cores.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class HeavyTests
{
    /// <summary>The collection of all tests that compute.</summary>
    public const string Name = "Heavy";
}
