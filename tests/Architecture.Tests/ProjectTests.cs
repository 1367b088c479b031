using System.Xml.Linq;
using Pipeline.Testing;

namespace Pipeline.Architecture.Tests;

public sealed class ProjectTests
{
    [Fact]
    public void Every_package_has_its_version_in_one_place()
    {
        var central = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion").Select(package => package.Attribute("Include")!.Value)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

        foreach (var project in Project.All.Values)
        {
            foreach (var package in project.Packages)
            {
                package.Attributes().Select(attribute => attribute.Name.LocalName).Intersect(["Version", "VersionOverride"])
                    .ShouldBeEmpty($"{project}: {package}");
                central.ShouldContain(
                    package.Attribute("Include")!.Value, $"{project}: {package} has no version in Directory.Packages.props");
            }
        }
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Pipeline.sln")).Replace('\\', '/');
        foreach (var project in Project.All.Values) solution.ShouldContain($"\"{project.Path}\"");
    }

    [Fact]
    public void No_project_switches_the_house_rules_off()
    {
        string[] rules = ["TreatWarningsAsErrors", "Nullable", "NoWarn", "WarningLevel"];
        foreach (var project in Project.All.Values)
            project.Content.Descendants().Select(element => element.Name.LocalName).Intersect(rules).ShouldBeEmpty(project.Path);
    }
}
