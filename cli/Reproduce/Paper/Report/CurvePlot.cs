using Pipeline.Cli.Reproduce.Paper.Measure;
using Pipeline.Cli.Statistics;
using ScottPlot;
using ScottPlot.MultiplotLayouts;

namespace Pipeline.Cli.Reproduce.Paper.Report;

/// <summary>Curves of learning: means over seeds in bands of their 95% intervals, against captions written.</summary>
static class CurvePlot
{
    const int Width = 1000, Height = 400;

    /// <summary>Writes the mean score and the KL of one or several experiments.</summary>
    /// <param name="title">What is scored.</param>
    /// <param name="series">The experiments by what they are called in the legend.</param>
    /// <param name="path">Of the files, without their ending.</param>
    public static void Save(string title, IReadOnlyList<(string Name, ExperimentResult Result)> series, string path)
    {
        var whole = new Multiplot { Layout = new Columns() };
        whole.AddPlots(2);
        Curves(whole.GetPlot(0), title, series, point => point.Reward, Alignment.LowerRight);
        Curves(whole.GetPlot(1), "KL to the captioner before, nats per caption", series, point => point.Kl, Alignment.UpperLeft);
        PlotFile.Save(whole, Width, Height, $"{path}.svg", $"{path}.png");
    }

    static void Curves(
        Plot plot, string title, IReadOnlyList<(string Name, ExperimentResult Result)> series, Func<CurvePoint, double> value, Alignment legend)
    {
        var palette = new ScottPlot.Palettes.Category10();
        foreach (var (place, (name, result)) in series.Index())
        {
            var captions = result.Seeds[0].Curve.Select(point => (double)point.Captions).ToArray();
            var band = captions.Select((_, step) => Interval.Of([.. result.Seeds.Select(seed => value(seed.Curve[step]))])).ToArray();
            if (result.Seeds.Count > 1)
            {
                var fill = plot.Add.FillY(captions, [.. band.Select(at => at.Low)], [.. band.Select(at => at.High)]);
                fill.FillColor = palette.GetColor(place).WithAlpha(0.18);
                fill.LineWidth = 0;
            }
            var line = plot.Add.ScatterLine(captions, [.. band.Select(at => at.Mean)], palette.GetColor(place));
            (line.LegendText, line.LineWidth) = (name, 2);
        }
        plot.Title(title, 15);
        plot.XLabel("captions written", 13);
        if (series.Count > 1) plot.ShowLegend(legend);
        else plot.HideLegend();
        PlotFile.SetFont(plot);
    }
}
