using Pipeline.Cli.DownloadCoco;
using Pipeline.Cli.ImportPictures;

namespace Pipeline.Cli.Tests.DownloadCoco;

public sealed class CocoSetsTests(StoreFixture store) : CocoBench, IClassFixture<StoreFixture>
{
    [Fact]
    public async Task A_set_records_licence_address_and_what_people_wrote_and_comes_again_from_its_own_file()
    {
        var connection = store.Connection;
        var selection = await RunAsync(Request(5, 3));
        var sets = new CocoSets(Folder, new PictureArgument(connection));
        var cancellation = TestContext.Current.CancellationToken;

        var report = await sets.ImportAsync("five", Split, selection.Coco, selection.Pictures, cancellation);
        var held = await sets.ImportAsync("five-heldout", Split, selection.Coco, selection.HeldOut, cancellation);

        report.Set!.Pictures.Select(picture => picture.FileName).ShouldBe(selection.Pictures.Select(image => image.FileName));
        report.Set.Pictures.Select(picture => picture.Sha256)
            .Intersect(held.Set!.Pictures.Select(picture => picture.Sha256)).ShouldBeEmpty();
        foreach (var (picture, image) in report.Set.Pictures.Zip(selection.Pictures))
        {
            picture.Licence.ShouldBe(selection.Coco.Licenses!.Single(licence => licence!.Id == image.License)!.Name);
            picture.Url.ShouldBe($"http://flickr.test/{image.Id}.jpg");
            picture.Captions.ShouldBe([$"Picture {image.Id} is gray.", $"A gray square, {image.Id}."]);
        }

        (await connection.PictureSets.LoadAsync(report.SetId!, cancellation)).Pictures.Count.ShouldBe(5);
        var again = await new PictureArgument(connection).ImportAsync(
            Folder.Selection("five"), Folder.Pictures(Split), "five", cancellation);
        again.SetId.ShouldBe(report.SetId);
    }

    [Fact]
    public async Task The_table_counts_pictures_by_licence()
    {
        var selection = await RunAsync(Request(5, 3));
        var lines = Screen.Lines(LicenceTable.Of(selection));
        lines.ShouldContain(line => line.Contains("licence") && line.Contains("held out"));
        foreach (var licence in new[] { 4, 7, 8 })
        {
            var row = lines.Single(line => line.Trim().StartsWith($"{licence} ")).Split("  ", StringSplitOptions.RemoveEmptyEntries);
            row.TakeLast(2).Select(cell => int.Parse(cell.Trim())).ShouldBe(
                [selection.Pictures.Count(image => image.License == licence), selection.HeldOut.Count(image => image.License == licence)]);
        }
    }
}
