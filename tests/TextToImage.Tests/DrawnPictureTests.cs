namespace Pipeline.TextToImage.Tests;

public sealed class DrawnPictureTests
{
    [Fact]
    public void Values_become_levels_as_diffusers_rounds_them_channel_by_channel()
    {
        var drawn = DrawnPicture.From([-1f, 1f, 0f, 2f, -0.5f, 0.5f], height: 1, width: 2);

        drawn.Invalid.ShouldBeNull();
        drawn.Picture!.Pixels.ShouldBe([0, 128, 64, 255, 255, 191]);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_number_that_is_not_finite_makes_the_picture_invalid(float value)
    {
        var drawn = DrawnPicture.From([0, 0, value], height: 1, width: 1);

        drawn.Picture.ShouldBeNull();
        drawn.Invalid!.ShouldContain("not finite");
    }

    [Fact]
    public void All_black_is_the_answer_of_a_safety_filter_and_one_level_more_is_a_picture()
    {
        DrawnPicture.From([-1f, -1f, -1f], height: 1, width: 1).Invalid!.ShouldContain("black");
        DrawnPicture.From([-1f, -1f, -0.99f], height: 1, width: 1).Invalid.ShouldBeNull();
    }
}
