namespace Pipeline.Browser;

/// <summary>Tests that need the services; they share one pipeline.</summary>
[CollectionDefinition(nameof(LivePipeline))]
public sealed class LiveTests : ICollectionFixture<LivePipeline>;

/// <summary>Tests that need something to look at; they share one store.</summary>
[CollectionDefinition(nameof(SeededStudio))]
public sealed class SeededTests : ICollectionFixture<SeededStudio>;
