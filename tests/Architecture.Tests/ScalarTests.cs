using Mono.Cecil;
using Pipeline.Captioner;
using TorchSharp;

namespace Pipeline.Architecture.Tests;

/// <summary>Numbers that Torch reads are kept, see <see cref="KeptScalar"/>; TorchSharp's operators on bare numbers keep them no better.</summary>
public sealed class ScalarTests
{
    [Theory]
    [InlineData("Rollout")]
    [InlineData("Learner")]
    [InlineData("Similarity")]
    public void No_number_is_handed_to_Torch_without_being_kept(string service) =>
        CompiledCode.OfService(service).SelectMany(Makers).ShouldBeEmpty();

    [Fact]
    public void An_assembly_that_hands_one_over_is_found_out()
    {
        static Scalar Made(double number) => number;
        Made(2).ToDouble().ShouldBe(2);
        Makers(typeof(ScalarTests).Assembly.Location).ShouldBe([typeof(ScalarTests).FullName!]);
    }

    static IReadOnlyList<string> Makers(string assembly) => CompiledCode.Callers(assembly, called =>
        called.Name.StartsWith("op_", StringComparison.Ordinal)
        && (called.DeclaringType.FullName == typeof(Scalar).FullName
            || (called.DeclaringType.FullName == typeof(torch.Tensor).FullName!.Replace('+', '/')
                && called.Parameters.Any(parameter => IsNumber(called, parameter)))));

    /// <summary>A number in a tensor's place is one too; TorchSharp has the conversion of a scalar for the compiler only, and it throws.</summary>
    static bool IsNumber(MethodReference called, ParameterDefinition parameter) =>
        parameter.ParameterType.IsPrimitive || (called.Name == "op_Implicit" && parameter.ParameterType.FullName == typeof(Scalar).FullName);
}
