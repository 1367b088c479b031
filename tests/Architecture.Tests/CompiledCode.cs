using Mono.Cecil;
using Mono.Cecil.Rocks;
using Pipeline.Testing;

namespace Pipeline.Architecture.Tests;

/// <summary>What compiled code calls, the code that the compiler wrote included.</summary>
static class CompiledCode
{
    /// <summary>The pipeline's own assemblies of a service, as built like these tests.</summary>
    public static IReadOnlyList<string> OfService(string service)
    {
        // bin/Release/net10.0, as here.
        var built = Path.GetRelativePath(
            Path.Combine(Repository.Root, "tests", "Architecture.Tests"), Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var assemblies = Directory.GetFiles(Path.Combine(Repository.Root, "services", service, built), "Pipeline.*.dll");
        assemblies.Select(Path.GetFileName).ShouldContain($"Pipeline.{service}.dll");
        return assemblies;
    }

    /// <summary>The types that a person wrote of whose methods, lambdas included, one calls another assembly's method.</summary>
    /// <param name="assembly">The assembly's file.</param>
    /// <param name="isMeant">Which methods.</param>
    public static IReadOnlyList<string> Callers(string assembly, Func<MethodReference, bool> isMeant)
    {
        using var module = ModuleDefinition.ReadModule(assembly);
        return [.. module.GetAllTypes().SelectMany(type => type.Methods)
            .Where(method => method.HasBody && method.Body.Instructions.Any(instruction =>
                instruction.Operand is MethodReference called && called.DeclaringType.Scope != module && isMeant(called)))
            .Select(method => Outermost(method.DeclaringType).FullName).Distinct()];
    }

    static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is { } around ? Outermost(around) : type;
}
