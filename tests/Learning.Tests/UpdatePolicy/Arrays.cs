using System.Text.Json;
using static TorchSharp.torch;

namespace Pipeline.Learning.Tests.UpdatePolicy;

/// <summary>Arrays of fixtures and tests as tensors in double precision, and comparisons that say where they fail.</summary>
static class Arrays
{
    /// <summary>A nested JSON array of numbers (or "NaN", "Infinity", "-Infinity") of any depth.</summary>
    public static Tensor ToTensor(this JsonElement json)
    {
        List<long> shape = [];
        for (var level = json; level.ValueKind == JsonValueKind.Array; level = level[0])
            shape.Add(level.GetArrayLength());
        List<double> values = [];
        Collect(json, values);
        return tensor(values.ToArray()).view([.. shape]);
    }

    /// <summary>A number, or one of the words that JSON has no number for.</summary>
    public static double Number(this JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.String)
            return json.GetDouble();
        return json.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var other => throw new FormatException($"'{other}' is not a number."),
        };
    }

    /// <summary>Rows as a tensor [B, T] in double precision.</summary>
    public static Tensor Matrix(params double[][] rows) => tensor(rows.SelectMany(row => row).ToArray()).view(rows.Length, -1);

    /// <summary>All elements, row-major.</summary>
    public static double[] ToArray(this Tensor values) =>
        values.detach().to_type(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();

    /// <summary>
    /// Equal up to |difference| &lt;= relative * |expected| + absolute at every element; where a mask is given, only where it is 1.
    /// </summary>
    public static void ShouldMatch(
        this Tensor actual, Tensor expected, string what, double relative = 1e-10, double absolute = 1e-12, Tensor? mask = null)
    {
        actual.shape.ShouldBe(expected.shape, what);
        var (got, wanted, real) = (actual.ToArray(), expected.ToArray(), mask?.ToArray());
        for (var i = 0; i < got.Length; i++)
        {
            if (real is null || real[i] == 1)
                got[i].ShouldMatch(wanted[i], $"{what}[{i}]", relative, absolute);
        }
    }

    /// <summary>Equal up to |difference| &lt;= relative * |expected| + absolute; NaN and infinities equal themselves.</summary>
    public static void ShouldMatch(this double actual, double expected, string what, double relative = 1e-10, double absolute = 1e-12)
    {
        var allowed = relative * Math.Abs(expected) + absolute;
        if (!actual.Equals(expected))
            Math.Abs(actual - expected).ShouldBeLessThanOrEqualTo(allowed, $"{what}: {actual} for {expected}");
    }

    static void Collect(JsonElement json, List<double> values)
    {
        if (json.ValueKind != JsonValueKind.Array)
            values.Add(json.Number());
        else
            foreach (var item in json.EnumerateArray())
                Collect(item, values);
    }
}
