using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Integration;

/// <summary>
/// A finished run of three steps whose captions were drawn, evaluated before, between and after, and paused once. Starting five processes
/// costs more than most of what is asked of it, so several classes ask the same one and let its pipeline make further runs; none of them changes its history for good.
/// </summary>
public sealed class DrawnRun : IAsyncLifetime
{
    public TestPipeline Pipeline { get; private set; } = null!;

    public Guid RunId { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Pipeline = await TestPipeline.StartAsync(drawers: 1);
        RunId = await Pipeline.StartRunAsync(await SettingsAsync());
        await Pipeline.WaitForAsync<PolicyUpdated>(RunId, update => update.Version == 1);
        await Pipeline.SendAsync(new StopRun(RunId));
        await Pipeline.WaitForAsync<RunStopped>(RunId);
        await Pipeline.SendAsync(new ResumeRun(RunId));
        await Pipeline.WaitForAsync<RunCompleted>(RunId);
    }

    /// <summary>Its settings.</summary>
    public async Task<RunSettings> SettingsAsync() => await Pipeline.DrawnSettingsAsync() with
    {
        HeldOutPictures = (await Pipeline.SettingsAsync()).HeldOutPictures,
    };

    public ValueTask DisposeAsync() => Pipeline.DisposeAsync();
}

/// <summary>The classes that ask it.</summary>
[CollectionDefinition(nameof(DrawnRun))]
public sealed class DrawnRunCollection : ICollectionFixture<DrawnRun>;
