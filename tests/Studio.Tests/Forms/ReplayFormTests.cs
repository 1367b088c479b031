using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Pipeline.Studio.Replays;

namespace Pipeline.Studio.Tests.Forms;

public sealed class ReplayFormTests
{
    static readonly Guid Run = Guid.NewGuid();
    static readonly Dictionary<string, StringValues> Least = new() { ["run"] = $"{Run}", ["reward"] = "vgg" };

    [Fact]
    public void All_of_a_run_is_scored_again_unless_less_is_asked_for() =>
        Order(Least).ShouldBe(new ReplayOrder(Run, "vgg"));

    [Fact]
    public void People_count_steps_from_1() =>
        Order(new(Least) { ["firstStep"] = "3", ["lastStep"] = "5", ["against"] = "blip", ["sample"] = "10", ["seed"] = "7", ["redraw"] = "yes", ["new"] = "yes" })
            .ShouldBe(new ReplayOrder(Run, "vgg", "blip", 2, 4, null, 10, 7, Redraw: true, New: true));

    [Theory]
    [InlineData("run", "this one", "Choose a run")]
    [InlineData("reward", "", "Choose the reward")]
    [InlineData("firstStep", "0", "First step: '0' is not a whole number of at least 1")]
    [InlineData("lastStep", "x", "Last step: 'x'")]
    [InlineData("sample", "1.5", "Only so many: '1.5'")]
    [InlineData("seed", "-1", "Seed: '-1' is not a whole number of at least 0")]
    public void A_field_that_cannot_be_read_is_named(string field, string typed, string problem) =>
        Should.Throw<RequestException>(() => Order(new(Least) { [field] = typed })).Message.ShouldContain(problem);

    [Fact]
    public void Steps_that_end_before_they_begin_are_refused_as_they_were_typed() =>
        Should.Throw<RequestException>(() => Order(new(Least) { ["firstStep"] = "5", ["lastStep"] = "3" })).Message.ShouldBe("Last step: 3 is before the first, 5.");

    static ReplayOrder Order(Dictionary<string, StringValues> fields) => ReplayForm.Of(new FormCollection(fields)).Order();
}
