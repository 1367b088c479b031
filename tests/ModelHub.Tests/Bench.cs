using System.Text.Json;
using Pipeline.Downloads;
using Pipeline.ModelHub.Catalogue;
using Pipeline.ModelHub.Hub;
using Pipeline.ModelHub.Pull;

namespace Pipeline.ModelHub.Tests;

/// <summary>A hub, a manifest and a folder for one test.</summary>
public abstract class Bench : IAsyncLifetime
{
    protected const string Repo = "someone/some-model";

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-hub-");

    private protected HubServer Server { get; private set; } = null!;

    protected string Root => Path.Combine(_folder.FullName, "full");

    protected string Cache => Path.Combine(_folder.FullName, "cache");

    protected string Folder => _folder.FullName;

    private protected PullOptions Options { get; set; } = new()
    {
        Backoff = TimeSpan.FromMilliseconds(10), PartBytes = 1 << 20, FreeBytes = _ => long.MaxValue,
    };

    protected bool IsOffline { get; set; }

    protected string? Token { get; set; }

    public async ValueTask InitializeAsync() => Server = await HubServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>A pack of these files; where <paramref name="sha256"/> is null, the manifest does not know it.</summary>
    private protected PackCatalogue Manifest(
        bool mustAccept = false, string? sha256 = null, string revision = "main", long? size = null, params string[] files)
    {
        var manifest = Path.Combine(Folder, "manifest.json");
        File.WriteAllText(manifest, JsonSerializer.Serialize(new
        {
            packs = new[]
            {
                new
                {
                    name = "pack", what = "a model", repo = Repo, revision, use = "Model={folder}",
                    licence = new { name = "Strict-1.0", url = "https://licences.test/strict", mustAccept },
                    files = files.Select(path => new { path, size, sha256 }),
                },
            },
        }));
        return PackCatalogue.Load(manifest);
    }

    private protected Task<IReadOnlyList<PulledFile>> PullAsync(
        PackCatalogue catalogue, IProgress<PullProgress>? progress = null, CancellationTokenSource? stop = null)
    {
        var settings = new HubSettings { Endpoint = Server.Hub, Cache = Cache, IsOffline = IsOffline, Token = Token };
        return new PackPuller(catalogue, settings, Options).PullAsync(
            catalogue.Packs, Root, progress, stop?.Token ?? TestContext.Current.CancellationToken);
    }

    private protected async Task<string> ProblemAsync(PackCatalogue catalogue) =>
        (await Should.ThrowAsync<DownloadException>(() => PullAsync(catalogue))).Message;

    protected string InPack(string path) => Path.Combine(Root, "pack", path);

    protected string Incomplete(string path) => Path.Combine(Root, ".incomplete", "pack", path + ".incomplete");

    /// <summary>Puts a file where huggingface_hub's cache would have it.</summary>
    private protected string Cached(string path, Content content, string revision = "main", string? blobName = null)
    {
        var repo = Path.Combine(Cache, "models--" + Repo.Replace("/", "--"));
        var blob = Path.Combine(repo, "blobs", blobName ?? content.Sha256);
        var snapshot = Path.Combine(repo, "snapshots", HubServer.Commit, path);
        var reference = Path.Combine(repo, "refs", revision);
        foreach (var file in (string[])[blob, snapshot, reference]) Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(blob, content.All());
        File.CreateSymbolicLink(snapshot, blob);
        File.WriteAllText(reference, HubServer.Commit);
        return blob;
    }
}
