using Pipeline.Models.Safetensors;
using static TorchSharp.torch;

namespace Pipeline.Captioner.Weights;

/// <summary>Between safetensors entries and tensors.</summary>
public static class TorchWeights
{
    /// <summary>Reads a tensor of the file, in its own type and shape, straight into the tensor's memory.</summary>
    /// <returns>A new tensor on the CPU, in no dispose scope.</returns>
    /// <exception cref="SafetensorsException">It is missing, cut off or of a type that Torch does not know.</exception>
    public static Tensor ReadTensor(this SafetensorsFile file, string name)
    {
        var entry = file[name];
        if (entry.ByteLength > int.MaxValue)
            throw new SafetensorsException(file.Name, name, $"has {entry.ByteLength} bytes; at most 2 GiB are supported.");
        var tensor = empty([.. entry.Shape], TypeOf(file, entry)).DetachFromDisposeScope();
        try
        {
            file.Read(entry, tensor.bytes);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>Reads a tensor of type F32, F16 or BF16 as single precision; both conversions are exact.</summary>
    /// <returns>A new tensor on the CPU, in no dispose scope.</returns>
    /// <exception cref="SafetensorsException">It is missing, cut off or of another type.</exception>
    public static Tensor ReadSinglesTensor(this SafetensorsFile file, string name)
    {
        var type = file[name].Type;
        if (type is not (TensorType.F32 or TensorType.F16 or TensorType.BF16))
            throw new SafetensorsException(file.Name, name, $"is {type}; F32, F16 or BF16 is needed.");
        var tensor = file.ReadTensor(name);
        if (type == TensorType.F32) return tensor;
        using (tensor) return tensor.to_type(ScalarType.Float32).DetachFromDisposeScope();
    }

    /// <summary>A tensor of single precision, ready for <see cref="SafetensorsWriter"/>. It is read when it is written, and not copied when
    /// it lies on the CPU.</summary>
    public static TensorSource ToSource(string name, Tensor tensor)
    {
        if (tensor.dtype != ScalarType.Float32)
            throw new ArgumentException($"{name} is {tensor.dtype}; Float32 is needed.", nameof(tensor));
        return new TensorSource(name, TensorType.F32, tensor.shape, stream =>
        {
            using var scope = NewDisposeScope();
            using var withoutGradient = no_grad();
            stream.Write(tensor.cpu().contiguous().bytes);
        });
    }

    static ScalarType TypeOf(SafetensorsFile file, TensorEntry entry) => entry.Type switch
    {
        TensorType.BOOL => ScalarType.Bool,
        TensorType.U8 => ScalarType.Byte,
        TensorType.I8 => ScalarType.Int8,
        TensorType.I16 => ScalarType.Int16,
        TensorType.F16 => ScalarType.Float16,
        TensorType.BF16 => ScalarType.BFloat16,
        TensorType.I32 => ScalarType.Int32,
        TensorType.F32 => ScalarType.Float32,
        TensorType.I64 => ScalarType.Int64,
        TensorType.F64 => ScalarType.Float64,
        _ => throw new SafetensorsException(file.Name, entry.Name, $"is {entry.Type}, a type that Torch does not know."),
    };
}
