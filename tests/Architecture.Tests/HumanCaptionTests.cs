using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Pipeline.Contracts;
using Pipeline.Testing;

namespace Pipeline.Architecture.Tests;

/// <summary>What people wrote about pictures is there for evaluations to compare with; what trains and rewards never reads it.</summary>
public sealed class HumanCaptionTests
{
    static readonly string[] Readers = ["get_Captions", "Deconstruct"];

    [Theory]
    [InlineData("Learner")]
    [InlineData("Rollout")]
    [InlineData("Diffusion")]
    [InlineData("Similarity")]
    public void No_service_reads_what_people_wrote_about_a_picture(string service)
    {
        // bin/Release/net10.0, as here.
        var built = Path.GetRelativePath(
            Path.Combine(Repository.Root, "tests", "Architecture.Tests"), Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var assemblies = Directory.GetFiles(Path.Combine(Repository.Root, "services", service, built), "Pipeline.*.dll");

        assemblies.Select(Path.GetFileName).ShouldContain($"Pipeline.{service}.dll");
        assemblies.Where(ReadsHumanCaptions).ShouldBeEmpty();
    }

    [Fact]
    public void An_assembly_that_reads_them_is_found_out()
    {
        Read(new Picture("", "", 1, 1, ["a cat"])).ShouldBe(["a cat"]);
        ReadsHumanCaptions(typeof(HumanCaptionTests).Assembly.Location).ShouldBeTrue();
    }

    static IReadOnlyList<string> Read(Picture picture) => picture.Captions;

    /// <summary>Whether compiled code names the property, or takes a picture apart, from outside of the contracts.</summary>
    static bool ReadsHumanCaptions(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        return metadata.MemberReferences.Select(metadata.GetMemberReference).Any(member =>
            Readers.Contains(metadata.GetString(member.Name)) && member.Parent.Kind == HandleKind.TypeReference
            && metadata.GetTypeReference((TypeReferenceHandle)member.Parent) is var type
            && metadata.GetString(type.Name) == nameof(Picture) && metadata.GetString(type.Namespace) == typeof(Picture).Namespace);
    }
}
