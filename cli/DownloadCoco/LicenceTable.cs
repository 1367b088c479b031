using Spectre.Console;

namespace Pipeline.Cli.DownloadCoco;

/// <summary>How many pictures were taken under which licence.</summary>
static class LicenceTable
{
    public static Table Of(CocoSelection selection)
    {
        var hasHeldOut = selection.HeldOut.Count > 0;
        var table = new Table().Border(TableBorder.Simple).AddColumns("id", "licence")
            .AddColumn("pictures", column => column.RightAligned());
        if (hasHeldOut) table.AddColumn("held out", column => column.RightAligned());
        var names = (selection.Coco.Licenses ?? []).OfType<CocoLicense>().DistinctBy(licence => licence.Id)
            .ToDictionary(licence => licence.Id, licence => licence.Name);
        foreach (var id in selection.Pictures.Concat(selection.HeldOut).Select(image => image.License!.Value).Distinct().Order())
        {
            string[] row = [$"{id}", Markup.Escape(names.GetValueOrDefault(id) ?? ""), Count(selection.Pictures, id)];
            table.AddRow(hasHeldOut ? [.. row, Count(selection.HeldOut, id)] : row);
        }

        return table;
    }

    static string Count(IReadOnlyList<CocoImage> images, int licence) => $"{images.Count(image => image.License == licence)}";
}
