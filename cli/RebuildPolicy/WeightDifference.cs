using Pipeline.Models;
using Pipeline.Models.Safetensors;

namespace Pipeline.Cli.RebuildPolicy;

/// <summary>How far two checkpoints' weights are apart.</summary>
/// <param name="Largest">The largest absolute difference.</param>
/// <param name="Tensor">The tensor that has it.</param>
/// <param name="Values">How many values differ.</param>
/// <param name="All">How many there are.</param>
sealed record WeightDifference(double Largest, string Tensor, long Values, long All)
{
    /// <summary>Compares two model.safetensors of one architecture, value by value.</summary>
    public static WeightDifference Between(IModelFiles left, IModelFiles right)
    {
        using var a = SafetensorsFile.Open(left);
        using var b = SafetensorsFile.Open(right);
        var (largest, tensor, differing, all) = (0.0, "", 0L, 0L);
        foreach (var entry in a.Entries)
        {
            var (x, y) = (a.ReadSingles(entry.Name), b.ReadSingles(entry.Name));
            all += x.Length;
            for (var i = 0; i < x.Length; i++)
            {
                var difference = Math.Abs((double)x[i] - y[i]);
                if (difference == 0) continue;
                differing++;
                if (difference > largest) (largest, tensor) = (difference, entry.Name);
            }
        }
        return new WeightDifference(largest, tensor, differing, all);
    }
}
