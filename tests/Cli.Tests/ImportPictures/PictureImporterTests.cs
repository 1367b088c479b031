using Pipeline.Hosting;

namespace Pipeline.Cli.Tests.ImportPictures;

public sealed class PictureImporterTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly FolderBlobStore _blobs;
    readonly PictureImporter _importer;

    public PictureImporterTests()
    {
        _blobs = new FolderBlobStore(_folder["blobs"]);
        _importer = new PictureImporter(_blobs, new PictureSetStore(_blobs));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_coco_file_becomes_a_set_and_what_is_broken_missing_or_there_twice_is_named()
    {
        _folder.Picture("train/a.png", 10);
        _folder.Picture("train/b.png", 20);
        _folder.Picture("train/again.png", 10);
        _folder.Write("train/broken.png", "this is no picture");
        var coco = _folder.Write("captions_train.json", """
            { "images": [
                { "id": 1, "file_name": "a.png", "license": 4, "flickr_url": "http://example.org/a" },
                { "id": 2, "file_name": "broken.png" }, { "id": 3, "file_name": "gone.png" },
                { "id": 4, "file_name": "again.png" }, { "id": 5, "file_name": "b.png" } ],
              "annotations": [
                { "image_id": 1, "caption": " a gray square " }, { "image_id": 5, "caption": "gray" },
                { "image_id": 1, "caption": "a square" } ],
              "licenses": [ { "id": 4, "name": "CC BY" } ] }
            """);

        var report = await _importer.ImportAsync("train", CocoCaptions.Read(coco, null), TestContext.Current.CancellationToken);

        report.Set!.Pictures.Select(picture => picture.FileName).ShouldBe(["a.png", "b.png"]);
        var first = report.Set.Pictures[0];
        first.Captions.ShouldBe(["a gray square", "a square"]);
        (first.Licence, first.Url, first.Width, first.Height).ShouldBe(("CC BY", "http://example.org/a", 4, 4));
        (await _blobs.ReadAsync(first.Sha256, TestContext.Current.CancellationToken))
            .ShouldBe(await File.ReadAllBytesAsync(_folder["train/a.png"], TestContext.Current.CancellationToken));
        report.Skipped.Select(skipped => skipped.FileName).ShouldBe(["broken.png", "gone.png"]);
        report.Skipped[1].Problem.ShouldBe("is missing");
        report.Duplicates.ShouldBe([("again.png", "a.png")]);
    }

    [Fact]
    public async Task The_same_pictures_make_the_same_set()
    {
        _folder.Picture("pictures/a.png", 1);
        _folder.Picture("pictures/deep/b.png", 2);
        _folder.Write("pictures/readme.txt", "not a picture by its name");
        var sources = PictureSource.InFolder(_folder["pictures"]);

        sources.Select(source => source.FileName).ShouldBe(["a.png", "deep/b.png"]);
        var first = await _importer.ImportAsync("set", sources, TestContext.Current.CancellationToken);
        var second = await _importer.ImportAsync("set", sources, TestContext.Current.CancellationToken);
        second.SetId.ShouldBe(first.SetId);
    }

    [Fact]
    public async Task A_name_that_leads_out_of_the_folder_is_not_followed()
    {
        _folder.Picture("secret.png", 1);
        _folder.Picture("pictures/a.png", 2);
        var coco = _folder.Write(
            "pictures/captions.json", """{ "images": [ { "id": 1, "file_name": "a.png" }, { "id": 2, "file_name": "../secret.png" } ] }""");

        var report = await _importer.ImportAsync("set", CocoCaptions.Read(coco, null), TestContext.Current.CancellationToken);

        report.Skipped.ShouldBe([("../secret.png", "leads out of the folder")]);
    }

    [Fact]
    public async Task Pictures_without_a_usable_file_name_are_named_by_their_place_and_skipped()
    {
        _folder.Picture("pictures/a.png", 1);
        var coco = _folder.Write("pictures/captions.json", """
            { "images": [
                { "id": 1, "file_name": null }, { "id": 2, "file_name": "a\u0000.png" }, { "id": 3, "file_name": "" }, null,
                { "id": 4, "file_name": "a.png" } ],
              "annotations": [ null, { "image_id": 4, "caption": "gray" } ], "licenses": [ null ] }
            """);

        var report = await _importer.ImportAsync("set", CocoCaptions.Read(coco, null), TestContext.Current.CancellationToken);

        report.Skipped.ShouldBe(Enumerable.Range(0, 4).Select(i => ($"images[{i}]", "has no usable file name")));
        report.Set!.Pictures.Single().Captions.ShouldBe(["gray"]);
    }

    [Fact]
    public async Task Nothing_usable_makes_no_set()
    {
        _folder.Write("pictures/a.png", "broken");

        var report = await _importer.ImportAsync("set", PictureSource.InFolder(_folder["pictures"]), TestContext.Current.CancellationToken);

        report.SetId.ShouldBeNull();
        report.Skipped.Count.ShouldBe(1);
    }

    [Fact]
    public void A_folder_without_pictures_and_a_file_that_is_no_coco_file_are_errors_that_name_them()
    {
        Directory.CreateDirectory(_folder["empty"]);
        Should.Throw<RequestException>(() => PictureSource.InFolder(_folder["empty"])).Message.ShouldContain(_folder["empty"]);
        Should.Throw<RequestException>(() => CocoCaptions.Read(_folder.Write("a.json", "{"), null)).Message.ShouldContain("a.json");
        Should.Throw<RequestException>(() => CocoCaptions.Read(_folder.Write("b.json", "{}"), null)).Message.ShouldContain("\"images\"");
        Should.Throw<RequestException>(
            () => CocoCaptions.Read(_folder.Write("c.json", """{ "images": [ { "id": 1, "file_name": "x.png" } ] }"""), null))
            .Message.ShouldContain("--images");
        Should.Throw<RequestException>(
            () => CocoCaptions.Read(_folder.Write("d.json", """{ "images": [ { "id": 1, "file_name": null } ] }"""), null))
            .Message.ShouldContain("\"file_name\"");
    }
}
