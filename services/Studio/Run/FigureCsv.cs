using System.Text;
using Pipeline.Contracts;
using Pipeline.Projections.Figures;
using Pipeline.Studio.Shared;

namespace Pipeline.Studio.Run;

/// <summary>Every figure of every step as comma-separated values (RFC 4180).</summary>
static class FigureCsv
{
    /// <summary>One line a step; a figure that a step does not have is empty.</summary>
    public static string Of(RunSettings settings, RunFigureTable table)
    {
        var columns = FigureSeries.Derived(settings, table).Concat(table.Names.Zip(table.Values)).ToArray();
        var text = new StringBuilder("step,made,captions");
        foreach (var (name, _) in columns) text.Append(',').Append(name);
        text.Append("\r\n");
        for (var i = 0; i < table.Steps.Length; i++)
        {
            text.Append(table.Steps[i]).Append(',').Append(table.Made[i].ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffZ")).Append(',').Append(table.Captions[i]);
            foreach (var (_, values) in columns) text.Append(',').Append(double.IsNaN(values[i]) ? "" : Say.Exact(values[i]));
            text.Append("\r\n");
        }
        return text.ToString();
    }
}
