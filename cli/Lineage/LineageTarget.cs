using System.Globalization;
using System.Security.Cryptography;
using Pipeline.Cli.Terminal;
using Pipeline.Hosting;
using Pipeline.Models.Safetensors;
using Pipeline.Projections;
using Pipeline.Projections.Policies;

namespace Pipeline.Cli.Lineage;

/// <summary>A version as people name it: a folder with a checkpoint, the SHA-256 of its weights or of its manifest, or <c>RUN[@VERSION]</c>.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Version">The version.</param>
/// <param name="Contradiction">What the folder's weights say of themselves, when the events say otherwise; else null.</param>
sealed record LineageTarget(Guid RunId, int Version, string? Contradiction = null)
{
    const string Weights = "model.safetensors";

    /// <summary>The version that <paramref name="name"/> means.</summary>
    /// <exception cref="CliException">None is meant.</exception>
    public static async Task<LineageTarget> FindAsync(
        string name, RunCatalogue runs, ProjectionStore projections, CancellationToken cancellation)
    {
        if (Directory.Exists(name)) return await InFolderAsync(name, projections, cancellation);
        if (Sha256Hex.IsValid(name)) return await OfHashAsync(name, $"SHA-256 {name}", "", projections, cancellation);

        var parts = name.Split('@', 2);
        var runId = await runs.FindAsync(parts[0], cancellation);
        var newest = (await runs.SummariesAsync(cancellation)).Single(run => run.RunId == runId).Policy.Version;
        if (parts.Length == 1) return new(runId, newest);
        if (!int.TryParse(parts[1].TrimStart('v'), CultureInfo.InvariantCulture, out var version))
            throw new CliException($"'{parts[1]}' is no version: RUN@VERSION has a number, such as {parts[0]}@3");
        return version >= 0 && version <= newest
            ? new(runId, version)
            : throw new CliException($"run {Format.Short(runId)} has no version {version}: its newest is {newest}");
    }

    static async Task<LineageTarget> InFolderAsync(string folder, ProjectionStore projections, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, Weights);
        if (!File.Exists(path)) throw new CliException($"{ShortPath.Of(folder)} is no checkpoint: there is no {Weights} in it");
        string sha256;
        await using (var content = File.OpenRead(path)) sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation));
        using var file = SafetensorsFile.Open(path);
        var (run, version) = (file.Metadata.GetValueOrDefault("run"), file.Metadata.GetValueOrDefault("version"));
        var says = run is null ? "; its header names no run" : $"; its header says version {version} of run {run}";

        var found = await OfHashAsync(sha256, $"{ShortPath.Of(path)}, SHA-256 {sha256},", says, projections, cancellation);
        var isAgreed = run == found.RunId.ToString("D") && version == found.Version.ToString(CultureInfo.InvariantCulture);
        return isAgreed ? found : found with { Contradiction = $"{ShortPath.Of(path)} disagrees with the events{says}" };
    }

    static async Task<LineageTarget> OfHashAsync(
        string sha256, string what, string says, ProjectionStore projections, CancellationToken cancellation)
    {
        var found = await projections.PoliciesAsync(sha256, cancellation);
        // What a run made; that others began from it says nothing of where it came from.
        PolicyVersion[] made = [.. found.Where(policy => policy.Version > 0)];
        if (made.Length == 1) return new(made[0].RunId, made[0].Version);
        if (made.Length > 1)
            throw new CliException($"{what} is {string.Join(" and ", made.Select(policy => $"{policy.RunId}@{policy.Version}"))}: name one of them");
        return found.Count > 0
            ? new(found[0].RunId, 0)
            : throw new CliException($"{what} is recorded nowhere in this store: no version has such weights or such a checkpoint{says}");
    }
}
