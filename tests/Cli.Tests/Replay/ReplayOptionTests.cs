using Pipeline.Cli.Replay;
using Pipeline.Cli.Terminal;

namespace Pipeline.Cli.Tests.Replay;

public sealed class ReplayOptionTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(null, 0, int.MaxValue)]
    [InlineData("3", 3, 3)]
    [InlineData("3..7", 3, 7)]
    [InlineData("3..", 3, int.MaxValue)]
    [InlineData("..7", 0, 7)]
    public void Steps_are_typed_as_ranges(string? text, int first, int last) => StepRange.Parse(text).ShouldBe((first, last));

    [Theory]
    [InlineData("7..3")]
    [InlineData("a..3")]
    [InlineData("1..2..3")]
    [InlineData("-1")]
    [InlineData("")]
    public void What_is_no_range_is_refused(string text) =>
        Should.Throw<CliException>(() => StepRange.Parse(text)).Message.ShouldContain("steps are A..B, A.., ..B or one number");

    [Fact]
    public void A_folder_is_a_BLIP_or_an_image_encoder_by_what_lies_in_it()
    {
        File.WriteAllText(folder["model.safetensors"], "");
        var blip = OwnRewardSettings.Of("blip", folder.Path);
        (blip.Values["Type"], blip.Values["Model"]).ShouldBe(("blip", folder.Path));
        OwnRewardSettings.Of("blip-itm", folder.Path).Values["Type"].ShouldBe("blip-itm");
        File.WriteAllText(folder["encoder.onnx"], "");
        OwnRewardSettings.Of("vgg", folder.Path).Values["Type"].ShouldBe("image-embedding");

        Should.Throw<CliException>(() => OwnRewardSettings.Of("blip", folder["none"])).Message.ShouldContain("there is no such folder or file");
    }

    [Fact]
    public void A_file_has_a_reward_s_settings_and_its_paths_are_meant_from_where_it_lies()
    {
        File.WriteAllText(folder["reward.json"], """{ "type": "blip", "model": "packs/blip", "maxWords": 3, "cleaning": false }""");

        var own = OwnRewardSettings.Of("blip", folder["reward.json"]);

        own.Values["Model"].ShouldBe(folder["packs/blip"]);
        (own.Values["Type"], own.Values["MaxWords"], own.Values["Cleaning"]).ShouldBe(("blip", "3", "False"));
        own.Name.ShouldMatch("^blip-[0-9a-f]{8}$");
        File.WriteAllText(folder["reward.json"], """{ "type": "blip", "model": "packs/blip", "maxWords": 4 }""");
        OwnRewardSettings.Of("blip", folder["reward.json"]).Name.ShouldNotBe(own.Name);
        File.WriteAllText(folder["reward.json"], "[1]");
        Should.Throw<CliException>(() => OwnRewardSettings.Of("blip", folder["reward.json"])).Message.ShouldContain("settings are a JSON object such as");
    }

    public void Dispose() => folder.Dispose();
}
