using Pipeline.Cli.PullModels;
using Pipeline.ModelHub.Catalogue;
using Pipeline.ModelHub.Pull;

namespace Pipeline.Cli.Tests.PullModels;

public sealed class PullSummaryTests
{
    static readonly ModelPack Pack = new(
        "vgg", "features", "a/b", "main", new PackLicence("MIT", "https://licence.test"), "Model={folder}", [new PackFile("x")]);

    [Fact]
    public void A_pull_says_where_files_came_from_whose_word_new_hashes_are_and_how_to_use_the_pack()
    {
        var text = PullSummary.Of(
            [Pack],
            [
                File("a", FileSource.Hub, HashTrust.Hub, true), File("b", FileSource.Hub, HashTrust.Arrival, true),
                File("c", FileSource.Kept, HashTrust.Hub, false),
            ],
            "/models");

        text.ShouldContain("vgg: 3 files, 1 there already, 2 pulled");
        text.ShouldContain("1 SHA-256 recorded in pack.lock.json: the hub's word at this first pull.");
        text.ShouldContain("1 SHA-256 recorded in pack.lock.json: computed of what arrived");
        text.ShouldContain("  Model=/models/vgg");
    }

    static PulledFile File(string path, FileSource source, HashTrust trust, bool isFirst) =>
        new("vgg", path, source, new LockedFile("a/b", "main", null, 1, new string('0', 64), trust), isFirst);
}
