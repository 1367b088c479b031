using Pipeline.Models.Pictures;

namespace Pipeline.Models.Tests.Pictures;

public sealed class PreprocessorConfigTests
{
    [Fact]
    public void An_old_feature_extractor_s_single_size_is_a_square() =>
        Parse("""{"feature_extractor_type": "ViTFeatureExtractor", "size": 224, "resample": 2}""").Size.ShouldBe((224, 224));

    [Fact]
    public void Clip_s_single_size_is_its_shortest_edge()
    {
        var config = Parse("""{"feature_extractor_type": "CLIPFeatureExtractor", "size": 96, "crop_size": 90}""");
        config.Size.ShouldBeNull();
        config.ShortestEdge.ShouldBe(96);
        config.Crop.ShouldBe((90, 90));
        config.Resample.ShouldBe(Resample.Bicubic);
    }

    [Fact]
    public void Clip_s_sizes_may_be_spelt_out_and_other_keys_are_ignored()
    {
        var config = Parse("""
            {"image_processor_type": "CLIPImageProcessor", "do_convert_rgb": true, "size": {"shortest_edge": 96},
             "crop_size": {"height": 90, "width": 80}}
            """);
        (config.Size, config.ShortestEdge, config.Crop, config.CropRounding).ShouldBe((null, 96, (90, 80), CropRounding.Floor));
        Parse("""{"image_processor_type": "CLIPImageProcessor", "do_resize": false, "do_center_crop": false}""")
            .ShouldBe(new PreprocessorConfig { Resample = Resample.Bicubic, Mean = config.Mean, Std = config.Std });
    }

    [Fact]
    public void What_is_switched_off_is_not_done()
    {
        var config = Parse("""{"do_resize": false, "do_center_crop": true, "crop_size": 4, "do_rescale": false, "do_normalize": false}""");
        var levels = new PicturePreprocessor(config).Preprocess(new RgbPicture(6, 5, [.. Enumerable.Range(0, 90).Select(i => (byte)i)]));
        levels[0].ShouldBe(3); // row 0, column 1, red: floor((5 - 4) / 2) = 0 and (6 - 4) / 2 = 1
        levels[^1].ShouldBe(3 * (3 * 6 + 4) + 2);
    }

    [Fact]
    public void A_crop_larger_than_the_picture_is_surrounded_with_black()
    {
        var picture = new RgbPicture(1, 1, [255, 255, 255]);
        float[] Cropped(CropRounding rounding)
        {
            var config = new PreprocessorConfig { Crop = (2, 2), CropRounding = rounding, RescaleFactor = 1 };
            return new PicturePreprocessor(config).Preprocess(picture)[..4];
        }

        Cropped(CropRounding.Floor).ShouldBe([0, 0, 0, 255]);
        Cropped(CropRounding.HalfEven).ShouldBe([255, 0, 0, 0]);
    }

    [Fact]
    public void Multiplying_by_one_255th_in_double_is_torchvision_s_division_in_single()
    {
        for (var level = 0; level < 256; level++)
            ((float)(level * (1.0 / 255))).ShouldBe(level / 255f);
    }

    [Theory]
    [InlineData("""{"size": {"height": 0, "width": 4}}""", "height is 0")]
    [InlineData("""{"size": {"longest_edge": 4}}""", "size has neither")]
    [InlineData("""{"size": "large"}""", "size is \"large\"")]
    [InlineData("""{"resample": 0}""", "resample 0 is not supported")]
    [InlineData("""{"crop_rounding": "up"}""", "crop_rounding up is not known: floor and half_even are")]
    [InlineData("""{"image_mean": [0.5, 0.5]}""", "image_mean is not a list of three numbers")]
    [InlineData("""{"image_std": [0.5, 0.5, 0]}""", "image_std contains 0")]
    [InlineData("""{"do_resize": 1}""", "do_resize is 1")]
    [InlineData("""{"image_processor_type": "SamImageProcessor"}""", "SamImageProcessor is not known")]
    [InlineData("[]", "it is not a JSON object")]
    [InlineData("{", "test")]
    public void A_bad_configuration_is_refused_with_its_key(string json, string expected) =>
        Should.Throw<InvalidDataException>(() => Parse(json)).Message.ShouldContain(expected);

    [Theory]
    [InlineData("{}", CropRounding.Floor)]
    [InlineData("""{"crop_rounding": "floor"}""", CropRounding.Floor)]
    [InlineData("""{"crop_rounding": "half_even"}""", CropRounding.HalfEven)]
    public void The_crop_lies_where_the_configuration_says(string json, CropRounding expected) =>
        Parse(json).CropRounding.ShouldBe(expected);

    [Fact]
    public void A_configuration_whose_output_has_no_fixed_size_is_refused() =>
        Should.Throw<InvalidDataException>(() => new PicturePreprocessor(Parse("""{"size": {"shortest_edge": 4}}"""))).Message
            .ShouldContain("no fixed size");

    static PreprocessorConfig Parse(string json) => PreprocessorConfig.Parse(json, "test");
}
