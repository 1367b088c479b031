namespace Pipeline.Contracts.Tests;

/// <summary>
/// The expected ids were computed with Python's <c>uuid</c> module from the derivation that <see cref="Ids"/> documents. A change here
/// orphans every store: redelivered work would arrive at other ids.
/// </summary>
public sealed class IdTests
{
    [Theory]
    [InlineData("www.example.com", "2ed6657d-e927-568b-95e1-2665a8aea6a2")] // RFC 9562, appendix A.4
    [InlineData("python.org", "886313e1-3b8a-5372-9b90-0c9aee199e5d")] // the documentation of Python's uuid module
    public void Names_of_domains_have_the_published_ids(string name, string id) => Uuid5.Create(Uuid5.Dns, name).ShouldBe(Guid.Parse(id));

    [Fact]
    public void Empty_long_and_non_Latin_names_have_the_ids_that_Python_gives_them()
    {
        Uuid5.Create(Uuid5.Url, "").ShouldBe(Guid.Parse("1b4db7eb-4057-5ddf-91e0-36dec72071f5"));
        Uuid5.Create(Uuid5.Url, new string('x', 600)).ShouldBe(Guid.Parse("7833aea2-e31e-5cb5-b742-d4cf0ee16b8c"));
        Uuid5.Create(Uuid5.Url, "größer €😀").ShouldBe(Guid.Parse("c308d835-98a7-54f4-a960-998dcfa7d1de"));
    }

    [Fact]
    public void Ids_are_of_version_5_and_of_the_RFC_s_variant()
    {
        var id = Ids.Run("{}", 0);
        id.Version.ShouldBe(5);
        (id.Variant & 0b1100).ShouldBe(0b1000);
    }

    [Fact]
    public void No_id_ever_changes()
    {
        Ids.Run("{}", 0).ShouldBe(Guid.Parse("052351a0-19f5-5fe0-89a6-6bdedf3a94e2"));
        Ids.Caption(Guid.Empty, 3, "abc", 1).ShouldBe(Guid.Parse("bd449da8-d10c-553f-a9e6-9a0d95e841e9"));
        Ids.EvaluationCaption(Guid.Empty, 4, "heldout", "greedy", "abc").ShouldBe(Guid.Parse("efc42752-cc2d-50d4-a93d-4702dc7b6fce"));
        Ids.Batch([Guid.Empty, Uuid5.Dns]).ShouldBe(Guid.Parse("81958c1d-ccef-5108-b50a-b75e035875eb"));
        Ids.Event("run-x", "StepOpened", 3).ShouldBe(Guid.Parse("49988598-96b3-567a-be3e-04e7f3142fcd"));
        Ids.Event("run-x", "RunStarted").ShouldBe(Guid.Parse("54fe19f8-5bc5-5aaa-9b53-b45b7833e7b7"));
        Ids.Seed(7, 3, "abc", 1).ShouldBe(2602806069968926);
        Ids.DrawingSeed(7, 1).ShouldBe(6744691906243639);
    }

    [Fact]
    public void Seeds_are_numbers_that_JSON_carries_exactly()
    {
        var seeds = Enumerable.Range(0, 2000).Select(sample => Ids.Seed(1, 0, "abc", sample)).ToArray();

        seeds.ShouldAllBe(seed => seed >= 0 && seed < 1L << 53);
        seeds.Max().ShouldBeGreaterThan(1L << 52);
        seeds.Distinct().Count().ShouldBe(seeds.Length);
    }

    [Fact]
    public void A_seed_depends_on_the_run_s_seed_step_picture_and_sample_and_on_nothing_else()
    {
        long[] seeds =
        [
            Ids.Seed(1, 2, "abc", 3), Ids.Seed(9, 2, "abc", 3), Ids.Seed(1, 9, "abc", 3), Ids.Seed(1, 2, "abd", 3),
            Ids.Seed(1, 2, "abc", 9),
        ];
        seeds.Distinct().Count().ShouldBe(5);
    }

    [Fact]
    public void A_drawing_s_seed_depends_on_the_caption_s_seed_and_on_the_sample()
    {
        var seeds = Enumerable.Range(0, 50).SelectMany(caption => Enumerable.Range(0, 8).Select(sample => Ids.DrawingSeed(caption, sample))).ToArray();

        seeds.Distinct().Count().ShouldBe(400);
        seeds.ShouldAllBe(seed => seed >= 0 && seed < 1L << 53);
    }

    [Fact]
    public void Streams_are_named_after_what_they_hold()
    {
        Streams.Run(Uuid5.Dns).ShouldBe("run-6ba7b810-9dad-11d1-80b4-00c04fd430c8");
        Streams.Drawing("ab").ShouldBe("drawing-ab");
        Streams.PictureSets.ShouldBe("picture-sets");
        Streams.Caption(Uuid5.Dns).ShouldBe("caption-6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    }
}
