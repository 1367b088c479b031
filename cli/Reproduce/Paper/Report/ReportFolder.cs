using System.Net;
using System.Text.RegularExpressions;
using Markdig;
using Pipeline.Cli.Reproduce.Paper.Measure;
using Pipeline.Cli.Reproduce.Paper.Plan;

namespace Pipeline.Cli.Reproduce.Paper.Report;

/// <summary>A report as files: Markdown with its plots and pictures beside it, and one page that holds all of them.</summary>
sealed partial class ReportFolder(Connection connection, string folder)
{
    /// <summary>Writes <c>report.md</c>, <c>report.html</c>, the plots and the pictures.</summary>
    public async Task WriteAsync(Reproduction report, IReadOnlyList<Section> sections, string command, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.Combine(folder, "pictures"));
        foreach (var section in sections.Where(section => section.Name != "table1")) Plot(report, section);
        var heldOut = (await connection.PictureSets.LoadAsync(report.Ingredients.HeldOut, cancellation)).Pictures;
        foreach (var picture in heldOut.Take(CaptionWall.Pictures))
        {
            await using var from = await connection.Blobs.OpenReadAsync(picture.Sha256, cancellation);
            await using var to = File.Create(Path.Combine(folder, "pictures", CaptionWall.File(picture)));
            await from.CopyToAsync(to, cancellation);
        }
        var text = ReportText.Of(report, sections, command, heldOut);
        await File.WriteAllTextAsync(Path.Combine(folder, "report.md"), text, cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "report.html"), Page(text), cancellation);
    }

    void Plot(Reproduction report, Section section) => CurvePlot.Save(
        $"Mean score ({ScoreTables.RewardOf(report, section.Experiments[0])}) of the step's captions",
        [.. section.Experiments.Select(experiment => (SectionText.NameOf(section, experiment), report.Of(experiment)))],
        Path.Combine(folder, section.Name));

    string Page(string markdown)
    {
        var body = Markdown.ToHtml(markdown, new MarkdownPipelineBuilder().UsePipeTables().Build());
        body = Source.Replace(body, match => $"src=\"{Data(Path.Combine(folder, WebUtility.HtmlDecode(match.Groups[1].Value)))}\"");
        var style = new StreamReader(typeof(ReportFolder).Assembly.GetManifestResourceStream("report.css")!).ReadToEnd();
        return $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>The paper's experiments</title><style>{style}</style></head>
            <body><main>{body}</main></body></html>

            """;
    }

    static string Data(string path)
    {
        var type = Path.GetExtension(path).ToLowerInvariant() switch { ".svg" => "svg+xml", ".jpg" or ".jpeg" => "jpeg", ".webp" => "webp", _ => "png" };
        return $"data:image/{type};base64,{Convert.ToBase64String(File.ReadAllBytes(path))}";
    }

    [GeneratedRegex("src=\"([^\"]+)\"")]
    private static partial Regex Source { get; }
}
