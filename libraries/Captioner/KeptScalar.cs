using TorchSharp;

namespace Pipeline.Captioner;

/// <summary>
/// Numbers as Torch takes them, kept until nobody can be reading them any more. TorchSharp 0.107 hands a scalar's native memory to an operation
/// and then refers to the scalar no longer: collected in that moment, its memory is freed, and the operation reads another number, or
/// none. It happened to a learning step ("Expected false to be true", raised from toDouble below mul_) on a machine with a load of four. So no
/// number is handed to Torch otherwise in this code; a test reads what it is compiled to.
/// </summary>
public static class KeptScalar
{
    /// <summary>Far more than one operation takes.</summary>
    const int Count = 64;

    [ThreadStatic]
    static Scalar[]? scalars;

    [ThreadStatic]
    static int next;

    /// <summary>A number for one operation of this thread, which comes next.</summary>
    public static Scalar Kept(double number) => Keep(number.ToScalar());

    /// <summary>The same for a whole number.</summary>
    public static Scalar Kept(long number) => Keep(number.ToScalar());

    static Scalar Keep(Scalar scalar)
    {
        scalars ??= new Scalar[Count];
        scalars[next] = scalar;
        next = (next + 1) % Count;
        return scalar;
    }
}
