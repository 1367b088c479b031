using System.Text.Json;
using Pipeline.Cli.DownloadCoco;
using Pipeline.Cli.Terminal;

namespace Pipeline.Cli.Tests.DownloadCoco;

public sealed class CocoOrderTests : CocoBench
{
    static readonly CocoCaptions Coco = JsonSerializer.Deserialize<CocoCaptions>(Captions())!;

    [Fact]
    public void Only_pictures_under_allowed_licences_are_taken()
    {
        Of(Request(1)).Select(LicenceOf).Distinct().Order().ShouldBe([4, 7, 8]);
        Of(Request(1)).Length.ShouldBe(30);
        Of(Request(1, licences: 8)).Select(LicenceOf).Distinct().ShouldBe([8]);
    }

    [Fact]
    public void The_seed_alone_decides_the_order()
    {
        var order = Of(Request(10));
        order.ShouldNotBe([.. order.Order()]);
        Of(Request(3, 4)).ShouldBe(order);
        Of(Request(10, seed: 1)).ShouldNotBe(order);
        Of(Request(10, seed: 1L << 40)).ShouldNotBe(order);
        Of(Request(10), Coco with { Images = [.. Coco.Images!.Reverse()] }).ShouldBe(order);
        Of(Request(1, licences: [4, 8])).ShouldBe(order.Where(id => LicenceOf(id) != 7), "other licences leave the order as it is");
        // Written down: another release must take the same pictures.
        order.Take(5).ShouldBe([5L, 14, 11, 7, 27]);
    }

    [Fact]
    public void Pictures_without_a_caption_are_not_taken()
    {
        var without = Coco with
        {
            Annotations =
            [
                .. Coco.Annotations!.Where(note => note!.ImageId != 3), new CocoAnnotation(3, " "), new CocoAnnotation(3, null), null,
            ],
        };
        Of(Request(1), without).ShouldBe(Of(Request(1)).Where(id => id != 3));
    }

    [Theory]
    [InlineData("../secret.jpg")]
    [InlineData("a\\b.jpg")]
    [InlineData("..")]
    [InlineData("")]
    public void A_name_that_is_no_plain_file_name_is_not_taken(string name)
    {
        var led = JsonSerializer.Deserialize<CocoCaptions>(Captions(firstName: name))!;
        Of(Request(1), led).ShouldBe(Of(Request(1)).Where(id => id != 1));
    }

    [Fact]
    public void A_picture_that_is_listed_twice_is_taken_once() =>
        Of(Request(1), Coco with { Images = [.. Coco.Images!, .. Coco.Images!] }).ShouldBe(Of(Request(1)));

    [Fact]
    public void An_unknown_licence_is_an_error_that_lists_those_of_the_file() =>
        Should.Throw<CliException>(() => Of(Request(1, licences: [4, 9]))).Message.ShouldBe(
            "captions.json knows no licence 9; it has 1 (Attribution-NonCommercial-ShareAlike License), 4 (Attribution License), "
            + "7 (No known copyright restrictions), 8 (United States Government Work)");

    [Fact]
    public void Too_few_pictures_are_an_error_that_says_how_many_there_are()
    {
        Of(Request(20, 10)).Length.ShouldBe(30);
        Should.Throw<CliException>(() => Of(Request(20, 11))).Message.ShouldBe(
            "captions.json has 30 pictures with captions under licence 4, 7, 8; 31 were asked for (20 and 11 held out)");
    }

    static long[] Of(CocoRequest request, CocoCaptions? coco = null) => Ids(CocoOrder.Of(coco ?? Coco, request, "captions.json"));
}
