using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Integration;

/// <summary>
/// A finished run that nothing disturbed, and the pipeline that made it. Starting its processes costs more than most of what is asked of it, so
/// the tests that want no fresh store share it.
/// </summary>
public sealed class QuietRun : IAsyncLifetime
{
    public TestPipeline Pipeline { get; private set; } = null!;

    public Guid RunId { get; private set; }

    /// <summary>What it learned, for others to be compared with.</summary>
    public LearnedOutcome Outcome { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Pipeline = await TestPipeline.StartAsync();
        RunId = await Pipeline.StartRunAsync(await Pipeline.SettingsAsync());
        await Pipeline.WaitForAsync<RunCompleted>(RunId);
        Outcome = await LearnedOutcome.OfAsync(Pipeline, RunId);
    }

    public ValueTask DisposeAsync() => Pipeline.DisposeAsync();
}
