using System.Xml.Linq;
using Pipeline.Testing;

namespace Pipeline.Architecture.Tests;

/// <summary>A project file of the repository.</summary>
/// <param name="Path">Its path from the repository's root, '/' between folders.</param>
/// <param name="Content">What it says.</param>
sealed record Project(string Path, XDocument Content)
{
    /// <summary>All projects, by path.</summary>
    public static readonly IReadOnlyDictionary<string, Project> All = Sources.Files("*.csproj")
        .ToDictionary(path => path, path => new Project(path, XDocument.Load(System.IO.Path.Combine(Repository.Root, path))));

    /// <summary>The first folder of its path: contracts, libraries, services, cli, infra or tests.</summary>
    public string Floor => Path.Split('/')[0];

    /// <summary>Whether it lies in this folder, given from the root, or deeper.</summary>
    public bool IsIn(string folder) => Path.StartsWith($"{folder}/", StringComparison.Ordinal);

    /// <summary>What it references directly.</summary>
    public IEnumerable<Project> References =>
        Included("ProjectReference").Select(reference => All[Sources.Relative(System.IO.Path.GetFullPath(reference, Folder))]);

    /// <summary>Its packages.</summary>
    public IEnumerable<XElement> Packages => Content.Descendants("PackageReference");

    /// <summary>It and all that it references, directly or not.</summary>
    public IEnumerable<Project> Closure() =>
        References.SelectMany(reference => reference.Closure()).Prepend(this).DistinctBy(project => project.Path);

    public override string ToString() => Path;

    string Folder => System.IO.Path.GetDirectoryName(System.IO.Path.Combine(Repository.Root, Path))!;

    IEnumerable<string> Included(string element) => Content.Descendants(element).Select(reference => reference.Attribute("Include")!.Value);
}
