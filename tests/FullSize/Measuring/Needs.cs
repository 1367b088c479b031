using System.Globalization;
using Pipeline.Testing;

namespace Pipeline.FullSize.Measuring;

/// <summary>
/// A row of the table "What the full models need" of docs/models.md: read there, so that the document says what the tests hold.
/// </summary>
/// <param name="Parameters">The parameters of the model.</param>
/// <param name="Gigabytes">The memory to have for the step.</param>
public sealed record Needs(long Parameters, double Gigabytes)
{
    const string Heading = "## What the full models need";

    /// <summary>The row whose first cell is <paramref name="step"/>.</summary>
    public static Needs Of(string step)
    {
        var row = File.ReadLines(Path.Combine(Repository.Root, "docs", "models.md")).SkipWhile(line => line != Heading)
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)).Single(cells => cells.Length > 5 && cells[1] == step);
        return new Needs(
            long.Parse(row[3], NumberStyles.AllowThousands, CultureInfo.InvariantCulture),
            double.Parse(row[5].Split(' ')[0], CultureInfo.InvariantCulture));
    }

    /// <summary>Fails when a step needed more.</summary>
    public void ShouldCover(Measurement measured) => (measured.PeakBytes / 1e9).ShouldBeLessThan(Gigabytes);
}
