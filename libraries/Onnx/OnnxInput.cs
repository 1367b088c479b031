using System.Numerics;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Pipeline.Onnx;

/// <summary>
/// A value for one input: numbers in a shape. Exports differ in precision and in whether a time step is an integer, so the numbers are
/// converted to whatever type the model's own metadata says.
/// </summary>
public sealed class OnnxInput
{
    readonly Array values;
    readonly long[] shape;

    OnnxInput(string name, Array values, IReadOnlyList<int> shape)
    {
        (Name, this.values, this.shape) = (name, values, [.. shape.Select(length => (long)length)]);
        var places = this.shape.Aggregate(1L, (count, length) => checked(count * length));
        if (places != values.LongLength)
        {
            throw new ArgumentException(
                $"{values.LongLength} values for input '{name}' of shape [{string.Join(',', shape)}].", nameof(values));
        }
    }

    /// <summary>The input's name.</summary>
    public string Name { get; }

    /// <summary>Single-precision numbers, row-major; they are not copied when the model reads this type.</summary>
    /// <exception cref="ArgumentException">The shape has another number of places.</exception>
    public static OnnxInput Of(string name, float[] values, params IReadOnlyList<int> shape) => new(name, values, shape);

    /// <summary>Integers, row-major.</summary>
    /// <inheritdoc cref="Of(string, float[], IReadOnlyList{int})"/>
    public static OnnxInput Of(string name, int[] values, params IReadOnlyList<int> shape) => new(name, values, shape);

    /// <summary>Integers, row-major.</summary>
    /// <inheritdoc cref="Of(string, float[], IReadOnlyList{int})"/>
    public static OnnxInput Of(string name, long[] values, params IReadOnlyList<int> shape) => new(name, values, shape);

    /// <summary>The values as the model wants them. What float16 cannot hold becomes infinite there, as everywhere.</summary>
    /// <exception cref="OnnxException">The shape is another one, or a number cannot be an integer and must be.</exception>
    internal OrtValue For(OnnxValue input, string file)
    {
        if (!Fits(input.Shape))
            throw new OnnxException(file, $"input {input} was given the shape [{string.Join(',', shape)}]");
        return input.Type switch
        {
            TensorElementType.Float => OrtValue.CreateTensorValueFromMemory(Converted<float>(input, file), shape),
            TensorElementType.Double => OrtValue.CreateTensorValueFromMemory(Converted<double>(input, file), shape),
            TensorElementType.Float16 => OrtValue.CreateTensorValueFromMemory(
                Array.ConvertAll(Converted<Half>(input, file), half => new Float16(BitConverter.HalfToUInt16Bits(half))), shape),
            TensorElementType.Int32 => OrtValue.CreateTensorValueFromMemory(Converted<int>(input, file), shape),
            TensorElementType.Int64 => OrtValue.CreateTensorValueFromMemory(Converted<long>(input, file), shape),
            _ => throw new OnnxException(file, $"input {input} is of a type that is not supported"),
        };
    }

    bool Fits(IReadOnlyList<int> wanted) => wanted.Count == 0
        || (wanted.Count == shape.Length && wanted.Zip(shape).All(length => length.First < 0 || length.First == length.Second));

    T[] Converted<T>(OnnxValue input, string file)
        where T : INumberBase<T> => values switch
        {
            T[] same => same,
            float[] singles => Array.ConvertAll(singles, value => Converted<float, T>(value, input, file)),
            int[] integers => Array.ConvertAll(integers, value => Converted<int, T>(value, input, file)),
            _ => Array.ConvertAll((long[])values, value => Converted<long, T>(value, input, file)),
        };

    static T Converted<S, T>(S value, OnnxValue input, string file)
        where S : INumberBase<S>
        where T : INumberBase<T>
    {
        var integers = input.Type is TensorElementType.Int32 or TensorElementType.Int64;
        try
        {
            if (!integers || S.IsInteger(value)) return T.CreateChecked(value);
        }
        catch (OverflowException)
        {
        }
        throw new OnnxException(file, FormattableString.Invariant($"input {input} cannot hold {value}"));
    }
}
