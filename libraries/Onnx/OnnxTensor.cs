using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Pipeline.Onnx;

/// <summary>What a model says of one of its inputs or outputs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements; <see cref="OnnxModel.Run"/> converts to and from it.</param>
/// <param name="Shape">Its lengths; -1 where any will do. Empty for a scalar, and where the model leaves the rank open.</param>
public sealed record OnnxValue(string Name, TensorElementType Type, IReadOnlyList<int> Shape)
{
    internal static IReadOnlyDictionary<string, OnnxValue> All(IReadOnlyDictionary<string, NodeMetadata> metadata) =>
        metadata.Where(entry => entry.Value.IsTensor).ToDictionary(
            entry => entry.Key, entry => new OnnxValue(entry.Key, entry.Value.ElementDataType, entry.Value.Dimensions));

    /// <summary>For messages, such as <c>image Float[?,3,224,224]</c>.</summary>
    public override string ToString() => $"{Name} {Type}[{string.Join(',', Shape.Select(length => length < 0 ? "?" : $"{length}"))}]";
}

/// <summary>What a model computed.</summary>
/// <param name="Values">The values in single precision, row-major.</param>
/// <param name="Shape">Their shape.</param>
public sealed record OnnxTensor(float[] Values, IReadOnlyList<int> Shape)
{
    internal static OnnxTensor Of(OrtValue value, string file, string name)
    {
        var info = value.GetTensorTypeAndShape();
        float[] values = info.ElementDataType switch
        {
            TensorElementType.Float => value.GetTensorDataAsSpan<float>().ToArray(),
            TensorElementType.Float16 => Singles(
                value.GetTensorDataAsSpan<Float16>(), half => (float)BitConverter.UInt16BitsToHalf(half.value)),
            TensorElementType.Double => Singles(value.GetTensorDataAsSpan<double>(), number => (float)number),
            TensorElementType.Int32 => Singles(value.GetTensorDataAsSpan<int>(), number => number),
            TensorElementType.Int64 => Singles(value.GetTensorDataAsSpan<long>(), number => number),
            var type => throw new OnnxException(file, $"output '{name}' is of type {type}, which is not supported"),
        };
        return new OnnxTensor(values, [.. info.Shape.Select(length => checked((int)length))]);
    }

    static float[] Singles<T>(ReadOnlySpan<T> from, Func<T, float> convert)
    {
        var to = new float[from.Length];
        for (var i = 0; i < to.Length; i++) to[i] = convert(from[i]);
        return to;
    }
}
