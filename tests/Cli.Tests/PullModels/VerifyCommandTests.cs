using Pipeline.Cli.PullModels;
using Pipeline.Cli.Terminal;
using Pipeline.ModelHub;
using Pipeline.ModelHub.Catalogue;
using Pipeline.Testing;

namespace Pipeline.Cli.Tests.PullModels;

public sealed class VerifyCommandTests : IDisposable
{
    static readonly string Models = Path.Combine(Repository.Root, "models");

    readonly TemporaryFolder _folder = new();

    ModelPlaces Places => new(
        PackCatalogue.Load(Path.Combine(Models, "full", "manifest.json")), Path.Combine(Models, "tiny"), _folder["full"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_tiny_pack_is_verified_by_name_and_by_folder()
    {
        VerifyCommand.Verify("tiny", Places).Single().ShouldMatch("^tiny: [0-9]+ files as they should be$");
        VerifyCommand.Verify(Path.Combine(Models, "tiny", "vgg"), Places).Single().ShouldEndWith("vgg: 4 files as they should be");
        VerifyCommand.Verify(Path.Combine(Models, "tiny"), Places).Count().ShouldBe(1);
    }

    [Fact]
    public void A_pack_that_was_not_pulled_says_how_to_get_it() =>
        Should.Throw<HubException>(() => VerifyCommand.Verify("full", Places).ToList()).Message
            .ShouldContain("get it with: ./pipeline models pull captioner");

    [Fact]
    public void What_is_neither_pack_nor_folder_is_an_error_that_lists_the_packs() =>
        Should.Throw<CliException>(() => VerifyCommand.Verify("nowhere", Places)).Message
            .ShouldEndWith("the packs are full, tiny, captioner, blip, diffusion, vgg");

    [Fact]
    public void A_folder_that_nothing_lists_is_an_error() =>
        Should.Throw<CliException>(() => VerifyCommand.Verify(_folder.Path, Places)).Message.ShouldContain("no pack.json");

    [Fact]
    public void The_list_has_every_pack_with_licence_size_and_state()
    {
        var lines = Screen.Lines(ListCommand.Table(Places));
        lines.ShouldContain(line => line.Contains("tiny") && line.Contains("there, ") && line.Contains(" files verified"));
        lines.ShouldContain(line => line.Contains("diffusion") && line.Contains("CreativeML OpenRAIL-M (to accept)")
            && line.Contains("about 3,992 MB") && line.Contains("not there"));
        lines.ShouldContain(line => line.Contains("vgg ") && line.Contains("not there"));
    }
}
