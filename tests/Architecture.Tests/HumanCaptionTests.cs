using Pipeline.Contracts;

namespace Pipeline.Architecture.Tests;

/// <summary>What people wrote about pictures is there for evaluations to compare with; what trains and rewards never reads it.</summary>
public sealed class HumanCaptionTests
{
    static readonly string[] Members = ["get_Captions", "Deconstruct"];

    [Theory]
    [InlineData("Rollout")]
    [InlineData("Diffusion")]
    [InlineData("Similarity")]
    public void No_service_that_writes_draws_or_scores_reads_what_people_wrote_about_a_picture(string service) =>
        ReadersIn(service).ShouldBeEmpty();

    [Fact]
    public void The_Learner_reads_it_for_the_figures_of_evaluations_and_nowhere_else() =>
        ReadersIn("Learner").ShouldBe(["Pipeline.Learning.Steps.CaptionFigures"]);

    [Fact]
    public void An_assembly_that_reads_them_is_found_out()
    {
        Read(new Picture("", "", 1, 1, ["a cat"])).ShouldBe(["a cat"]);
        Readers(typeof(HumanCaptionTests).Assembly.Location).ShouldBe([typeof(HumanCaptionTests).FullName!]);
    }

    static IReadOnlyList<string> Read(Picture picture) => picture.Captions;

    static IEnumerable<string> ReadersIn(string service) => CompiledCode.OfService(service).SelectMany(Readers);

    /// <summary>The types whose compiled code names the property, or takes a picture apart, from outside of the contracts.</summary>
    static IEnumerable<string> Readers(string assembly) => CompiledCode.Callers(
        assembly, called => called.DeclaringType.FullName == typeof(Picture).FullName && Members.Contains(called.Name));
}
