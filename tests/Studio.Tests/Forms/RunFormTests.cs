using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Pipeline.Studio.StartRun;

namespace Pipeline.Studio.Tests.Forms;

public sealed class RunFormTests
{
    static readonly Dictionary<string, StringValues> Least = new() { ["pictures"] = "train", ["weight:blip"] = "1" };

    [Fact]
    public void What_is_typed_is_ordered_and_what_is_empty_is_as_the_preset_has_it()
    {
        var order = Order(Least, out var read)!;
        read.Problems.ShouldBeEmpty();
        order.Pictures.ShouldBe("train");
        order.Rewards!.ShouldBe(new Dictionary<string, double> { ["blip"] = 1 });
        (order.Preset, order.Name, order.HeldOut, order.Steps, order.BatchSize, order.Seed, order.LearningRate, order.KlCoefficient, order.Settings, order.MayWait)
            .ShouldBe((null, null, null, null, null, null, null, null, null, false));
    }

    [Fact]
    public void Numbers_are_read_as_people_and_programs_write_them_and_blanks_around_them_do_not_count()
    {
        var order = Order(
            new(Least)
            {
                ["learningRate"] = " 2e-4 ", ["klCoefficient"] = "0.2", ["steps"] = "30", ["batchSize"] = "8", ["seed"] = "0", ["weight:oracle"] = "0", ["weight:vgg"] = "",
                ["mayWait"] = "yes", ["name"] = " mine ",
            }, out _)!;
        (order.LearningRate, order.KlCoefficient, order.Steps, order.BatchSize, order.Seed).ShouldBe((2e-4, 0.2, 30, 8, 0L));
        order.Rewards!.Keys.ShouldBe(["blip", "oracle"]);
        order.MayWait.ShouldBeTrue();
        order.Name.ShouldBe("mine");
    }

    [Theory]
    [InlineData("steps", "many")]
    [InlineData("steps", "-1")]
    [InlineData("steps", "1.5")]
    [InlineData("learningRate", "0,2")]
    [InlineData("learningRate", "-0.1")]
    [InlineData("learningRate", "Infinity")]
    [InlineData("klCoefficient", "NaN")]
    [InlineData("weight:blip", "much")]
    public void A_field_that_cannot_be_read_is_named_with_what_was_typed_and_nothing_is_ordered(string field, string typed)
    {
        Order(new(Least) { [field] = typed }, out var read).ShouldBeNull();
        read.Problems[field].ShouldContain($"'{typed}'");
        read[field].ShouldBe(typed, "the form shows it again");
        read.Problems.Count.ShouldBe(1);
    }

    [Fact]
    public void Pictures_and_a_reward_are_needed_and_both_are_missed_at_once()
    {
        Order(new() { ["pictures"] = "", ["weight:blip"] = "" }, out var read).ShouldBeNull();
        read.Problems.Keys.ShouldBe(["pictures", "rewards"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("""{ "rewards": { "mine": 1 } }""", true)]
    [InlineData("""{ "rewards": { "mine": 1, }, /* not the last word */ }""", true)]
    [InlineData("""{ "steps": 3 }""", false)]
    [InlineData("{ rewards", true)] // what is wrong with it is said when it is read
    public void Rewards_may_come_with_the_other_settings_instead(string settings, bool isEnough)
    {
        var order = Order(new() { ["pictures"] = "train", ["weight:blip"] = "", ["settings"] = settings }, out var read);
        (order is not null).ShouldBe(isEnough);
        read.Problems.ContainsKey("rewards").ShouldBe(!isEnough);
        order?.Rewards.ShouldBeEmpty("those of the settings stay");
    }

    [Fact]
    public void Problems_of_the_settings_stand_at_their_fields_and_others_above_the_form()
    {
        var form = Form(Least).With(["batchSize: 7 is not a multiple", "batchSize: it is odd", "something else"]);
        form.Problems["batchSize"].ShouldBe("batchSize: 7 is not a multiple batchSize: it is odd");
        form.Problems[""].ShouldBe("something else");
    }

    static RunForm Form(Dictionary<string, StringValues> fields) => RunForm.Of(new FormCollection(fields));

    static RunOrder? Order(Dictionary<string, StringValues> fields, out RunForm read) => Form(fields).Order(out read);
}
