using Pipeline.Models;
using Pipeline.ModelHub.Pull;

namespace Pipeline.ModelHub.Tests;

public sealed class PullingTests : Bench
{
    static readonly Content Small = new(1000, 2), Large = new((3 << 20) + 5, 3);

    public PullingTests() => Token = "hf_secret";

    [Fact]
    public async Task Files_arrive_whole_and_the_pack_lists_them_for_services()
    {
        Server.Add(Repo, "config.json", Small);
        Server.Add(Repo, "deep/model.bin", Large, isLarge: true);

        var pulled = await PullAsync(Manifest(files: ["config.json", "deep/model.bin"]));

        File.ReadAllBytes(InPack("config.json")).ShouldBe(Small.All());
        File.ReadAllBytes(InPack("deep/model.bin")).ShouldBe(Large.All());
        ModelManifest.Verify(Path.Combine(Root, "pack")).ShouldBe(2);
        pulled.ShouldAllBe(file => file.Source == FileSource.Hub && file.IsFirst);
        Directory.EnumerateFiles(Path.Combine(Root, ".incomplete"), "*", SearchOption.AllDirectories)
            .ShouldBe([Path.Combine(Root, ".incomplete", "pull.lock")]);
    }

    [Fact]
    public async Task The_token_is_sent_to_the_hub_and_never_to_the_storage()
    {
        Server.Token = Token;
        Server.Add(Repo, "model.bin", Large, isLarge: true);

        await PullAsync(Manifest(files: "model.bin"));

        Server.Requests.Where(request => request.Host == "hub").ShouldAllBe(request => request.Authorization == "Bearer hf_secret");
        Server.Gets.ShouldNotBeEmpty();
        Server.Gets.ShouldAllBe(request => request.Authorization == null);
        Server.Requests.ShouldAllBe(request => request.Encoding == "identity");
    }

    [Fact]
    public async Task The_hubs_hash_is_recorded_at_the_first_pull_and_binds_from_then_on()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        var manifest = Manifest(files: "model.bin");
        await PullAsync(manifest);
        PackLock.Load(Root).Of("pack").Files["model.bin"]
            .ShouldBe(new LockedFile(Repo, "main", HubServer.Commit, Large.Size, Large.Sha256, HashTrust.Hub));

        File.Delete(InPack("model.bin"));
        Server.Add(Repo, "model.bin", new Content(Large.Size, 99), isLarge: true);

        (await ProblemAsync(manifest)).ShouldContain($"as first pulled, has SHA-256 {Large.Sha256}, but the hub now has");
        File.Exists(InPack("model.bin")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_small_file_is_pinned_by_its_commit_and_its_hash_computed_on_arrival()
    {
        Server.Add(Repo, "config.json", Small);
        var manifest = Manifest(files: "config.json");
        var first = await PullAsync(manifest);
        first.Single().Locked.ShouldBe(new LockedFile(Repo, "main", HubServer.Commit, Small.Size, Small.Sha256, HashTrust.Arrival));

        File.Delete(InPack("config.json"));
        Server.Requests.Clear();
        await PullAsync(manifest);
        Server.Requests.ShouldAllBe(request => request.Path.Contains(HubServer.Commit));
    }

    [Fact]
    public async Task A_revision_with_slashes_is_one_segment_of_the_address()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true, revision: "refs/pr/37");
        await PullAsync(Manifest(revision: "refs/pr/37", files: "model.bin"));
        Server.Requests.First().Path.ShouldBe($"/{Repo}/resolve/refs%2Fpr%2F37/model.bin");
    }

    [Fact]
    public async Task What_is_in_place_with_the_right_hash_is_kept_without_a_request()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        var manifest = Manifest(files: "model.bin");
        await PullAsync(manifest);
        Server.Requests.Clear();

        (await PullAsync(manifest)).Single().Source.ShouldBe(FileSource.Kept);
        Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_damaged_in_place_is_pulled_again()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        var manifest = Manifest(files: "model.bin");
        await PullAsync(manifest);
        File.WriteAllText(InPack("model.bin"), "damaged");

        (await PullAsync(manifest)).Single().Source.ShouldBe(FileSource.Hub);
        File.ReadAllBytes(InPack("model.bin")).ShouldBe(Large.All());
    }

    [Fact]
    public async Task A_redirect_within_the_hub_keeps_the_token()
    {
        Server.Token = Token;
        Server.Add(Repo, "config.json", Small);
        Server.Once("HEAD", 307, response => response.Headers.Location = $"/{Repo}/resolve/{HubServer.Commit}/config.json");

        await PullAsync(Manifest(files: "config.json"));

        Server.Requests.Count.ShouldBe(3);
        Server.Requests.ShouldAllBe(request => request.Authorization == "Bearer hf_secret");
    }

    [Fact]
    public async Task Redirects_in_circles_are_given_up()
    {
        for (var i = 0; i < 10; i++)
            Server.Once("HEAD", 302, response => response.Headers.Location = $"/{Repo}/resolve/main/config.json");
        (await ProblemAsync(Manifest(files: "config.json"))).ShouldContain("redirects more than 10 times");
    }

    [Fact]
    public async Task All_files_of_a_branch_are_of_the_commit_that_the_first_one_had()
    {
        Server.Add(Repo, "a.json", Small);
        Server.Add(Repo, "b.json", Small);
        await PullAsync(Manifest(files: ["a.json", "b.json"]));
        Server.Requests.Where(request => request.Path.Contains("/main/")).Select(request => request.Path)
            .ShouldBe([$"/{Repo}/resolve/main/a.json"]);
    }

    [Fact]
    public async Task A_file_of_no_bytes_is_a_file()
    {
        Server.Add(Repo, "empty", new Content(0, 5));
        await PullAsync(Manifest(files: "empty"));
        File.ReadAllBytes(InPack("empty")).ShouldBeEmpty();
    }
}
