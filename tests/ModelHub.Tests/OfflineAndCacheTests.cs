using Pipeline.Models;
using Pipeline.ModelHub.Pull;

namespace Pipeline.ModelHub.Tests;

public sealed class OfflineAndCacheTests : Bench
{
    static readonly Content Small = new(700, 2), Large = new((1 << 20) + 3, 3);

    [Fact]
    public async Task A_file_of_the_shared_cache_is_checked_and_copied_instead_of_fetched()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        Cached("model.bin", Large);

        var pulled = await PullAsync(Manifest(files: "model.bin"));

        pulled.Single().Source.ShouldBe(FileSource.Cache);
        Server.Gets.ShouldBeEmpty();
        File.ReadAllBytes(InPack("model.bin")).ShouldBe(Large.All());
        new FileInfo(InPack("model.bin")).LinkTarget.ShouldBeNull();
    }

    [Fact]
    public async Task A_linked_file_of_the_cache_passes_as_a_file_of_the_pack()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        var blob = Cached("model.bin", Large);
        Options = Options with { LinkCache = true };
        var manifest = Manifest(files: "model.bin");

        await PullAsync(manifest);

        new FileInfo(InPack("model.bin")).LinkTarget.ShouldBe(blob);
        ModelManifest.Verify(Path.Combine(Root, "pack")).ShouldBe(1);
        (await PullAsync(manifest)).Single().Source.ShouldBe(FileSource.Kept);
    }

    [Fact]
    public async Task A_damaged_file_of_the_cache_never_reaches_the_pack_and_stays_in_the_cache()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        var blob = Cached("model.bin", Large);
        File.WriteAllBytes(blob, new Content(Large.Size, 50).All());

        var problem = await ProblemAsync(Manifest(files: "model.bin"));

        problem.ShouldContain($"the cache's {blob}");
        problem.ShouldContain("delete it there");
        File.Exists(InPack("model.bin")).ShouldBeFalse();
        File.Exists(blob).ShouldBeTrue();
    }

    [Fact]
    public async Task Offline_the_cache_does_and_the_network_is_not_touched()
    {
        Cached("model.bin", Large, revision: "refs/pr/37");
        Cached("config.json", Small, revision: "refs/pr/37", blobName: Small.Sha256[..40]);
        IsOffline = true;

        var pulled = await PullAsync(Manifest(revision: "refs/pr/37", files: ["model.bin", "config.json"]));

        Server.Requests.ShouldBeEmpty();
        pulled.Select(file => file.Locked.Trust).ShouldBe([HashTrust.Cache, HashTrust.Arrival]);
        pulled.ShouldAllBe(file => file.Locked.Commit == HubServer.Commit);
        File.ReadAllBytes(InPack("model.bin")).ShouldBe(Large.All());
    }

    [Fact]
    public async Task Offline_a_damaged_file_of_the_cache_is_found_by_its_name()
    {
        File.WriteAllText(Cached("model.bin", Large), "damaged");
        IsOffline = true;
        (await ProblemAsync(Manifest(files: "model.bin"))).ShouldContain("the cache's name for it has " + Large.Sha256);
    }

    [Fact]
    public async Task Offline_what_was_pulled_before_does()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        var manifest = Manifest(files: "model.bin");
        await PullAsync(manifest);
        Server.Requests.Clear();
        IsOffline = true;

        (await PullAsync(manifest)).Single().Source.ShouldBe(FileSource.Kept);
        Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Offline_everything_that_is_missing_is_named_at_once()
    {
        Server.Add(Repo, "a.bin", Large, isLarge: true);
        IsOffline = true;
        var problem = await ProblemAsync(Manifest(files: ["a.bin", "b.bin"]));
        problem.ShouldContain("HF_HUB_OFFLINE is set");
        problem.ShouldContain("a.bin, b.bin");
        Server.Requests.ShouldBeEmpty();
    }
}
