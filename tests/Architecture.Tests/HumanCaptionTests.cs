using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Pipeline.Contracts;
using Pipeline.Testing;

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

    static IEnumerable<string> ReadersIn(string service)
    {
        // bin/Release/net10.0, as here.
        var built = Path.GetRelativePath(
            Path.Combine(Repository.Root, "tests", "Architecture.Tests"), Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var assemblies = Directory.GetFiles(Path.Combine(Repository.Root, "services", service, built), "Pipeline.*.dll");
        assemblies.Select(Path.GetFileName).ShouldContain($"Pipeline.{service}.dll");
        return assemblies.SelectMany(Readers);
    }

    /// <summary>The types whose compiled code names the property, or takes a picture apart, from outside of the contracts.</summary>
    static IReadOnlyList<string> Readers(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        var tokens = metadata.MemberReferences.Where(handle => IsOfPicture(metadata, metadata.GetMemberReference(handle)))
            .Select(handle => BitConverter.GetBytes(MetadataTokens.GetToken(handle))).ToArray();
        return [.. metadata.MethodDefinitions.Select(metadata.GetMethodDefinition)
            .Where(method => method.RelativeVirtualAddress != 0
                && file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes() is { } code && tokens.Any(token => code.AsSpan().IndexOf(token) >= 0))
            .Select(method => Outermost(metadata, method.GetDeclaringType())).Distinct()];
    }

    static bool IsOfPicture(MetadataReader metadata, MemberReference member) =>
        Members.Contains(metadata.GetString(member.Name)) && member.Parent.Kind == HandleKind.TypeReference
        && metadata.GetTypeReference((TypeReferenceHandle)member.Parent) is var type
        && metadata.GetString(type.Name) == nameof(Picture) && metadata.GetString(type.Namespace) == typeof(Picture).Namespace;

    /// <summary>The type that a person wrote, around what the compiler made of a lambda.</summary>
    static string Outermost(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        return type.IsNested ? Outermost(metadata, type.GetDeclaringType()) : $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }
}
