using static TorchSharp.torch;

namespace Pipeline.Captioner.Tests;

static class TensorAssertions
{
    /// <summary>Same shape, and no element further off than the tolerance; equal infinities are equal.</summary>
    public static void ShouldBeNear(this Tensor actual, Tensor expected, double tolerance, string? what = null)
    {
        actual.shape.ShouldBe(expected.shape, what);
        MaxDifference(actual, expected).ShouldBeLessThanOrEqualTo(tolerance, what);
    }

    public static void ShouldBeBitEqualTo(this Tensor actual, Tensor expected, string? what = null)
    {
        actual.shape.ShouldBe(expected.shape, what);
        actual.dtype.ShouldBe(expected.dtype, what);
        actual.contiguous().bytes.SequenceEqual(expected.contiguous().bytes).ShouldBeTrue(what);
    }

    public static double MaxDifference(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (x, y) = (a.to_type(ScalarType.Float64), b.to_type(ScalarType.Float64));
        return where(x.eq(y), zeros_like(x), (x - y).abs()).max().item<double>();
    }
}
