namespace Pipeline.Models.Tests;

public sealed class ModelFolderTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("model-folder-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Files_are_found_by_their_path_within_the_folder()
    {
        Directory.CreateDirectory(Path.Combine(folder, "unet"));
        File.WriteAllText(Path.Combine(folder, "unet", "config.json"), "{}");
        var files = new ModelFolder(folder + "/");

        files.Exists("unet/config.json").ShouldBeTrue();
        files.Exists("config.json").ShouldBeFalse();
        files.ReadAllBytes("unet/config.json").ShouldBe("{}"u8.ToArray());
        Should.Throw<FileNotFoundException>(() => files.OpenRead("config.json")).Message.ShouldContain("there is no config.json");
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../secret")]
    public void A_path_that_leads_out_of_the_folder_is_refused(string path)
    {
        var files = new ModelFolder(folder);
        Should.Throw<ArgumentException>(() => files.Exists(path)).Message.ShouldContain("leads out");
        Should.Throw<ArgumentException>(() => files.OpenRead(path)).Message.ShouldContain("leads out");
    }
}
