using Pipeline.Studio.Captions;

namespace Pipeline.Studio.Tests.Captions;

public sealed class VerdictTests
{
    [Fact]
    public void What_could_not_be_computed_again_does_not_speak_against_the_record()
    {
        var comparison = new Comparison();
        comparison.NotCompared("no drawing model");
        ExecutedAgain.VerdictOf(comparison).ShouldBe(Verdict.Unknown);
        comparison.Equal("captions");
        ExecutedAgain.VerdictOf(comparison).ShouldBe(Verdict.Partly);
    }

    [Fact]
    public void Only_what_differs_speaks_against_the_record()
    {
        var comparison = new Comparison();
        comparison.Equal("captions");
        comparison.Close("scores", 1e-7);
        ExecutedAgain.VerdictOf(comparison).ShouldBe(Verdict.Same);
        comparison.Problems.Add("the caption is another one");
        ExecutedAgain.VerdictOf(comparison).ShouldBe(Verdict.Differs);
    }
}
