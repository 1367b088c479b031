using System.ComponentModel.DataAnnotations;

namespace Pipeline.Studio.Tests;

public sealed class StudioOptionsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(3600)]
    public void Times_that_would_never_pause_or_never_come_are_refused_by_their_names(int seconds)
    {
        var time = TimeSpan.FromSeconds(seconds);
        Problems(new() { Refresh = time }).ShouldHaveSingleItem().ShouldContain("Refresh");
        Problems(new() { Heartbeat = time }).ShouldHaveSingleItem().ShouldContain("Heartbeat");
        Problems(new()).ShouldBeEmpty();
    }

    static IEnumerable<string> Problems(StudioOptions options)
    {
        var found = new List<ValidationResult>();
        Validator.TryValidateObject(options, new(options), found, validateAllProperties: true);
        return found.Select(problem => problem.ErrorMessage!);
    }
}
