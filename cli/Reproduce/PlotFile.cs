using ScottPlot;
using SkiaSharp;

namespace Pipeline.Cli.Reproduce;

/// <summary>Plots as files.</summary>
static class PlotFile
{
    static readonly string[] Sans = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Arial", "Helvetica"];

    /// <summary>Says so when this system has no font to write labels with.</summary>
    public static void WarnWithoutFonts()
    {
        if (SKFontManager.Default.FontFamilyCount == 0)
            Console.Error.WriteLine("The plots have no labels: this system has no fonts (on Debian: apt-get install fonts-dejavu-core).");
    }

    /// <summary>Has a plot write in a font that this system has.</summary>
    public static void SetFont(Plot plot)
    {
        if (Sans.FirstOrDefault(SKFontManager.Default.FontFamilies.Contains) is { } font) plot.Font.Set(font);
    }

    /// <summary>Writes plots as SVG and PNG.</summary>
    public static void Save(Multiplot plots, int width, int height, string svg, string png)
    {
        using (var file = File.Create(svg))
        using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, width, height), file))
            plots.Render(canvas, new PixelRect(0, width, height, 0));

        using var surface = SKSurface.Create(new SKImageInfo(width, height));
        plots.Render(surface.Canvas, new PixelRect(0, width, height, 0));
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        using var output = File.Create(png);
        data.SaveTo(output);
    }
}
