using Pipeline.ModelHub.Pull;

namespace Pipeline.ModelHub.Tests;

public sealed class RefusalTests : Bench
{
    static readonly Content Large = new((2 << 20) + 7, 3);

    [Theory]
    [InlineData(null, "(401)", "no token was sent")]
    [InlineData("hf_of_somebody_else", "(403)", "see that the token of HF_TOKEN may read it")]
    public async Task A_gated_model_is_one_line_with_the_licences_page_and_the_token(string? token, string status, string way)
    {
        (Server.Token, Token) = ("hf_right", token);
        Server.Add(Repo, "model.bin", Large, isLarge: true);

        var problem = await ProblemAsync(Manifest(files: "model.bin"));

        problem.ShouldContain(status);
        problem.ShouldContain("gated");
        problem.ShouldContain($"{Server.Hub}{Repo}");
        problem.ShouldContain(way);
        problem.ShouldNotContain("\n");
        problem.ShouldNotContain("hf_", Case.Sensitive);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named_with_repository_and_revision() =>
        (await ProblemAsync(Manifest(files: "nowhere.bin")))
            .ShouldStartWith($"there is no nowhere.bin in {Repo} at revision main (404)");

    [Fact]
    public async Task A_licence_that_restricts_use_must_be_accepted_before_anything_is_asked()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        var manifest = Manifest(mustAccept: true, files: "model.bin");

        var problem = await ProblemAsync(manifest);
        problem.ShouldContain("Strict-1.0");
        problem.ShouldContain("https://licences.test/strict");
        problem.ShouldContain("--accept-licence");
        Server.Requests.ShouldBeEmpty();

        Options = Options with { AcceptLicences = true };
        await PullAsync(manifest);
        PackLock.Load(Root).Of("pack").AcceptedLicence.ShouldBe("Strict-1.0");
        PackLock.Load(Root).Of("pack").AcceptedAt.ShouldNotBeNull();

        // Once accepted, it is not asked for again.
        Options = Options with { AcceptLicences = false };
        await PullAsync(manifest);
    }

    [Fact]
    public async Task A_disk_without_room_is_told_before_anything_is_fetched()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        Options = Options with { FreeBytes = _ => 64 << 20 };

        var problem = await ProblemAsync(Manifest(files: "model.bin"));

        problem.ShouldContain("2,097,159 bytes are still to come");
        problem.ShouldContain("67,108,864 free");
        problem.ShouldContain("--to");
        Server.Gets.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_with_a_wrong_hash_never_reaches_the_pack_and_is_deleted()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        Server.ClaimedSha256 = new string('a', 64);

        var problem = await ProblemAsync(Manifest(files: "model.bin"));

        problem.ShouldContain("pack/model.bin: its SHA-256 is " + Large.Sha256);
        problem.ShouldContain("the hub has " + Server.ClaimedSha256);
        Directory.Exists(Path.Combine(Root, "pack")).ShouldBeFalse();
        File.Exists(Incomplete("model.bin")).ShouldBeFalse();
        File.Exists(Incomplete("model.bin") + ".json").ShouldBeFalse();
    }

    [Fact]
    public async Task A_hash_in_the_manifest_must_match_what_the_hub_says()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        (await ProblemAsync(Manifest(sha256: new string('b', 64), files: "model.bin"))).ShouldContain("nothing was fetched");
        Server.Gets.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hash_in_the_manifest_must_match_what_arrives_where_the_hub_says_none()
    {
        Server.Add(Repo, "config.json", new Content(100));
        (await ProblemAsync(Manifest(sha256: new string('b', 64), files: "config.json"))).ShouldContain("but the manifest has");
        Directory.Exists(Path.Combine(Root, "pack")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_size_in_the_manifest_must_match_what_the_hub_says()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        (await ProblemAsync(Manifest(size: 5, files: "model.bin"))).ShouldContain("it should have 5 bytes");
    }

    [Fact]
    public async Task Two_pulls_into_one_folder_are_refused()
    {
        Directory.CreateDirectory(Path.Combine(Root, ".incomplete"));
        using var other = new FileStream(
            Path.Combine(Root, ".incomplete", "pull.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        (await ProblemAsync(Manifest(files: "model.bin"))).ShouldContain("another download is at work");
    }
}
