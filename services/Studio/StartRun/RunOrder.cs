using Pipeline.Client;
using Pipeline.Contracts;

namespace Pipeline.Studio.StartRun;

/// <summary>A run that somebody asks for; what is null is as the preset has it.</summary>
/// <param name="Pictures">Training pictures: an imported set's name or SHA-256.</param>
/// <param name="Preset">The preset to start from.</param>
/// <param name="Name">A name for people.</param>
/// <param name="HeldOut">Held-out pictures, evaluated on and never learned from.</param>
/// <param name="Rewards">Weight of each reward by its name; 0: recorded, never trained on.</param>
/// <param name="Steps">Learning steps.</param>
/// <param name="BatchSize">Captions per step.</param>
/// <param name="Seed">Decides every random number.</param>
/// <param name="LearningRate">AdamW's learning rate for the policy.</param>
/// <param name="KlCoefficient">The KL penalty's coefficient.</param>
/// <param name="Captioner">The captioner to start from: SHA-256 of its checkpoint's manifest; null for the embedded one, else that of the newest run.</param>
/// <param name="Settings">Further settings, as in a settings file (JSON object as text).</param>
/// <param name="MayWait">Start also when no service offers a reward yet.</param>
public sealed record RunOrder(
    string Pictures, string? Preset = null, string? Name = null, string? HeldOut = null, IReadOnlyDictionary<string, double>? Rewards = null,
    int? Steps = null, int? BatchSize = null, long? Seed = null, double? LearningRate = null, double? KlCoefficient = null,
    string? Captioner = null, string? Settings = null, bool MayWait = false);

/// <summary>Turns what somebody asks for into settings, checks them, and asks the Learner.</summary>
sealed class RunOrders(Connection connection, EmbeddedPack pack, RunCatalogue runs)
{
    /// <summary>Starts a run.</summary>
    /// <returns>Its id; the Learner begins it in a moment.</returns>
    /// <exception cref="SettingsException">Settings are not allowed; all problems are named.</exception>
    /// <exception cref="RequestException">Pictures, a captioner or a reward are not there.</exception>
    public async Task<Guid> StartAsync(RunOrder order, CancellationToken cancellation)
    {
        var request = new RunRequest(
            string.IsNullOrWhiteSpace(order.Settings) ? null : order.Settings, order.Preset, order.Captioner, await CaptionerAsync(cancellation),
            await pack.PicturesAsync(order.Pictures, cancellation),
            string.IsNullOrEmpty(order.HeldOut) ? null : await pack.PicturesAsync(order.HeldOut, cancellation),
            order.Rewards, order.Steps, order.Seed, order.Name, MayWait: order.MayWait,
            HowToWait: "; a run that may start before its rewards are offered (`mayWait`) waits for it",
            BatchSize: order.BatchSize, LearningRate: order.LearningRate, KlCoefficient: order.KlCoefficient);

        var named = SettingsResolver.Resolve(request).Rewards.Keys.ToArray();
        var offered = await new RewardDiscovery(connection.Options).FindAsync(named, cancellation);
        var settings = SettingsResolver.Resolve(request with { Offered = offered });
        return await new RunStarter(connection).StartAsync(settings, cancellation);
    }

    async Task<string?> CaptionerAsync(CancellationToken cancellation) =>
        await pack.CaptionerAsync(cancellation) ?? (await runs.SummariesAsync(cancellation)).LastOrDefault()?.Settings.Captioner;
}
