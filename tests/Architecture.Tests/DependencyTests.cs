using Pipeline.Contracts;
using Pipeline.Hosting;
using Pipeline.Models;

namespace Pipeline.Architecture.Tests;

public sealed class DependencyTests
{
    static IEnumerable<Project> Of(string floor) => Project.All.Values.Where(project => project.Floor == floor);

    [Fact]
    public void Contracts_depend_on_nothing()
    {
        var contracts = Of("contracts").Single();

        contracts.Packages.ShouldBeEmpty();
        contracts.References.ShouldBeEmpty();
        References(typeof(Ids)).ShouldAllBe(name => name.StartsWith("System.", StringComparison.Ordinal));
    }

    /// <summary>
    /// The table "Rooms" of docs/architecture.md: which rooms another may use. Directly or not: what a room may use itself may not bring
    /// anything else in. A package under infra/nuget is no room.
    /// </summary>
    [Theory]
    [InlineData("contracts")]
    [InlineData("libraries/CaptionMetrics")]
    [InlineData("libraries/Models")]
    [InlineData("libraries/Captioner", "libraries/Models")]
    [InlineData("libraries/Downloads")]
    [InlineData("libraries/Learning", "contracts", "libraries/CaptionMetrics", "libraries/Captioner", "libraries/Models")]
    [InlineData(
        "libraries/History", "contracts", "libraries/CaptionMetrics", "libraries/Captioner", "libraries/Learning", "libraries/Models")]
    [InlineData("libraries/ModelHub", "libraries/Downloads", "libraries/Models")]
    [InlineData("libraries/Onnx", "libraries/Models")]
    [InlineData("libraries/TextToImage", "libraries/Models", "libraries/Onnx")]
    [InlineData("libraries/Hosting", "contracts", "libraries/Models")]
    [InlineData("libraries/Projections", "contracts", "libraries/Hosting", "libraries/Models")]
    [InlineData(
        "libraries/Replays", "contracts", "libraries/CaptionMetrics", "libraries/Captioner", "libraries/Hosting", "libraries/Learning",
        "libraries/Models")]
    [InlineData("libraries/Client", "contracts", "libraries")]
    [InlineData("libraries/Rewards", "contracts", "libraries/Hosting", "libraries/Models")]
    [InlineData("libraries/Sampling", "contracts", "libraries/Captioner", "libraries/Hosting", "libraries/Models")]
    [InlineData("services", "contracts", "libraries")]
    [InlineData("samples", "contracts", "libraries")]
    [InlineData("cli", "contracts", "libraries")]
    public void A_room_uses_only_what_the_table_of_rooms_allows(string room, params string[] others)
    {
        var projects = Project.All.Values.Where(project => project.IsIn(room)).ToArray();
        projects.ShouldNotBeEmpty();
        foreach (var project in projects)
            project.Closure().Where(used => used != project && !others.Append("infra/nuget").Any(used.IsIn))
                .ShouldBeEmpty($"{project} uses what {room} may not");
    }

    [Fact]
    public void Every_project_that_is_shipped_is_in_a_room()
    {
        string[] rooms =
        [
            "contracts", "libraries/Models", "libraries/Captioner", "libraries/CaptionMetrics", "libraries/Client", "libraries/Downloads", "libraries/ModelHub",
            "libraries/Onnx", "libraries/TextToImage", "libraries/History", "libraries/Hosting", "libraries/Learning", "libraries/Projections",
            "libraries/Replays", "libraries/Rewards", "libraries/Sampling", "services", "samples", "cli",
        ];
        Project.All.Values.Where(project => !rooms.Concat(["tests", "infra/nuget"]).Any(project.IsIn)).ShouldBeEmpty();
    }

    [Fact]
    public void Servers_are_spoken_to_over_HTTP_without_any_package()
    {
        Project.All["libraries/Downloads/Downloads.csproj"].Packages.ShouldBeEmpty();
        Project.All["libraries/ModelHub/ModelHub.csproj"].Packages.ShouldBeEmpty();
    }

    [Fact]
    public void No_service_references_another_one()
    {
        Of("services").Count().ShouldBeGreaterThanOrEqualTo(3);
        foreach (var service in Of("services"))
            service.Closure().Where(project => project.Floor == "services").ShouldBe([service], $"{service} reaches another service");
    }

    [Fact]
    public void Only_tests_reference_services()
    {
        foreach (var project in Project.All.Values.Where(project => project.Floor is not ("services" or "tests")))
            project.Closure().ShouldAllBe(reached => reached.Floor != "services", project.Path);
    }

    [Fact]
    public void Nothing_that_is_shipped_references_tests()
    {
        foreach (var project in Project.All.Values.Where(project => project.Floor != "tests"))
            project.Closure().ShouldAllBe(reached => reached.Floor != "tests", project.Path);
    }

    [Theory]
    [InlineData("contracts/Contracts.csproj")]
    [InlineData("libraries/Hosting/Hosting.csproj")]
    [InlineData("libraries/Models/Models.csproj")]
    [InlineData("libraries/Onnx/Onnx.csproj")]
    [InlineData("services/Diffusion/Diffusion.csproj")]
    public void Torch_stays_out_of_what_every_room_imports(string path) =>
        Project.All[path].Closure().SelectMany(project => project.Packages).Select(package => package.Attribute("Include")!.Value)
            .ShouldAllBe(package => !package.Contains("torch", StringComparison.OrdinalIgnoreCase));

    [Theory]
    [InlineData(typeof(Ids))]
    [InlineData(typeof(PipelineDefaults))]
    [InlineData(typeof(IModelFiles))]
    public void No_Torch_type_is_in_what_every_room_imports(Type any) =>
        References(any).ShouldAllBe(name => !name.Contains("Torch", StringComparison.OrdinalIgnoreCase));

    [Fact]
    public void The_bus_and_the_event_store_are_wired_in_one_library_only()
    {
        string[] wiring = ["MassTransit.RabbitMQ", "Marten", "Npgsql", "Serilog.AspNetCore", "AWSSDK.S3"];
        foreach (var project in Project.All.Values.Where(project => project.Path != "libraries/Hosting/Hosting.csproj"))
            project.Packages.Select(package => package.Attribute("Include")!.Value).Intersect(wiring).ShouldBeEmpty(project.Path);
    }

    static IEnumerable<string> References(Type any) => any.Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!);
}
