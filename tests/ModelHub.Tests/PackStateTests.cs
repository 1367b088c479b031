using Pipeline.ModelHub.Pull;

namespace Pipeline.ModelHub.Tests;

public sealed class PackStateTests : Bench
{
    static readonly Content Small = new(700, 2), Large = new((1 << 20) + 3, 3);

    [Fact]
    public async Task A_pack_is_absent_then_there_and_verified_then_changed()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        Server.Add(Repo, "config.json", Small);
        var manifest = Manifest(files: ["model.bin", "config.json"]);
        var pack = manifest.Packs[0];
        PackState.Of(pack, Root).ShouldBe(new PackState(0, 2, 0, null));

        await PullAsync(manifest);
        var pulled = PackState.Of(pack, Root);
        (pulled.Present, pulled.Bytes).ShouldBe((2, Large.Size + Small.Size));
        pulled.VerifiedAt.ShouldNotBeNull();

        File.SetLastWriteTimeUtc(InPack("config.json"), DateTime.UtcNow.AddMinutes(1));
        PackState.Of(pack, Root).VerifiedAt.ShouldBeNull();
        File.Delete(InPack("config.json"));
        PackState.Of(pack, Root).Present.ShouldBe(1);
    }

    [Fact]
    public async Task Verifying_names_the_file_that_is_another_one()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        var manifest = Manifest(files: "model.bin");
        await PullAsync(manifest);
        PackState.Verify(manifest.Packs[0], Root).ShouldBe(1);

        File.WriteAllBytes(InPack("model.bin"), new Content(Large.Size, 77).All());
        Should.Throw<InvalidDataException>(() => PackState.Verify(manifest.Packs[0], Root)).Message
            .ShouldStartWith($"{InPack("model.bin")}: SHA-256 is ");
    }

    [Fact]
    public async Task Verifying_what_was_not_pulled_says_how_to_get_it()
    {
        var pack = Manifest(files: ["model.bin", "config.json"]).Packs[0];
        Should.Throw<HubException>(() => PackState.Verify(pack, Root)).Message.ShouldContain("./pipeline models pull pack");

        Server.Add(Repo, "model.bin", Large, isLarge: true);
        await PullAsync(Manifest(files: "model.bin"));
        Should.Throw<HubException>(() => PackState.Verify(pack, Root)).Message
            .ShouldContain("was not pulled to its end (config.json is missing)");
    }
}
