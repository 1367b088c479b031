using ScottPlot;
using ScottPlot.MultiplotLayouts;
using ScottPlot.TickGenerators;

namespace Pipeline.Cli.Reproduce.Variance;

/// <summary>A study of the reward's variance as a picture: how the error falls, and how the order of captions becomes known.</summary>
static class VariancePlot
{
    const int Width = 1000, Height = 420;

    /// <summary>Writes the plot as SVG and PNG.</summary>
    public static void Save(VarianceReport report, string svg, string png)
    {
        var whole = new Multiplot { Layout = new Columns() };
        whole.AddPlots(2);
        Error(whole.GetPlot(0), report);
        Order(whole.GetPlot(1), report);

        PlotFile.Save(whole, Width, Height, svg, png);
    }

    static void Error(Plot plot, VarianceReport report)
    {
        Label(plot, report, "Standard deviation of a caption's score");
        Line(plot, report, row => row.StandardDeviation, "s/√k", MarkerShape.None);
        Line(plot, report, row => row.Measured, "measured", MarkerShape.FilledCircle).LineWidth = 0;
        plot.Axes.SetLimitsY(0, report.Rows[0].StandardDeviation * 1.1 + 1e-6);
        plot.ShowLegend(Alignment.UpperRight);
    }

    static void Order(Plot plot, VarianceReport report)
    {
        Label(plot, report, "How far captions are told apart");
        Line(plot, report, row => row.Reliability, "reliability", MarkerShape.FilledCircle);
        Line(plot, report, row => row.TrueRankAgreement, "rank agreement with the truth", MarkerShape.FilledSquare);
        plot.Axes.SetLimitsY(0, 1.02);
        plot.ShowLegend(Alignment.LowerRight);
    }

    static void Label(Plot plot, VarianceReport report, string title)
    {
        plot.Title(title, 15);
        plot.XLabel("drawings of a caption", 13);
        plot.Axes.Bottom.TickGenerator = new NumericFixedInterval(Math.Max(1, report.Rows.Count / 8));
        plot.Axes.SetLimitsX(0.5, report.Rows.Count + 0.5);
        PlotFile.SetFont(plot);
    }

    static ScottPlot.Plottables.Scatter Line(
        Plot plot, VarianceReport report, Func<VarianceRow, double?> value, string legend, MarkerShape marker)
    {
        var rows = report.Rows.Where(row => double.IsFinite(value(row) ?? double.NaN)).ToArray();
        var line = plot.Add.Scatter(rows.Select(row => (double)row.Samples).ToArray(), rows.Select(row => value(row)!.Value).ToArray());
        (line.LegendText, line.MarkerShape, line.MarkerSize, line.LineWidth) = (legend, marker, 8, 2);
        return line;
    }
}
