using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Pipeline.Models.Safetensors;

/// <summary>
/// A safetensors file open for reading (github.com/huggingface/safetensors). Only the header is in memory; each tensor is read from the
/// stream straight into the memory that the caller provides, so a file of any size needs no second copy. Not thread-safe.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    /// <summary>The longest header that is accepted, in bytes: the limit of the reference implementation.</summary>
    public const int MaxHeaderLength = 100_000_000;

    const int LengthPrefix = 8;

    readonly Stream stream;
    readonly long dataStart;
    readonly Dictionary<string, TensorEntry> byName;

    SafetensorsFile(Stream stream, string name)
    {
        this.stream = stream;
        Name = name;
        var header = ReadHeader();
        dataStart = LengthPrefix + header.Length;
        (Entries, Metadata) = SafetensorsHeader.Parse(name, header, stream.Length - dataStart);
        byName = Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The file's name in messages.</summary>
    public string Name { get; }

    /// <summary>All tensors, in the order of their bytes.</summary>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <summary>The header's <c>__metadata__</c>; empty when there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor of this name.</summary>
    /// <exception cref="SafetensorsException">There is none.</exception>
    public TensorEntry this[string name] =>
        byName.TryGetValue(name, out var entry) ? entry : throw new SafetensorsException(Name, name, "is missing.");

    /// <summary>Opens a file of a model and validates its header.</summary>
    /// <exception cref="SafetensorsException">The file is broken.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static SafetensorsFile Open(IModelFiles files, string path = "model.safetensors") =>
        Open(files.OpenRead(path), $"{files.Name}/{path}");

    /// <summary>Opens a file by its path on disk and validates its header.</summary>
    /// <exception cref="SafetensorsException">The file is broken.</exception>
    public static SafetensorsFile Open(string path) => Open(File.OpenRead(path), path);

    /// <summary>Takes over a stream that can seek and validates the header.</summary>
    /// <param name="stream">The file; closed on failure and with this object.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="SafetensorsException">The file is broken.</exception>
    public static SafetensorsFile Open(Stream stream, string name)
    {
        try
        {
            return new SafetensorsFile(stream, name);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Contains(string name) => byName.ContainsKey(name);

    /// <summary>Reads a part of a tensor's bytes (little-endian, row-major).</summary>
    /// <param name="entry">The tensor, one of <see cref="Entries"/>.</param>
    /// <param name="destination">Where the bytes go; its length says how many.</param>
    /// <param name="offset">The first byte within the tensor.</param>
    /// <exception cref="SafetensorsException">The tensor has fewer bytes, or the file was truncated since it was opened.</exception>
    public void Read(TensorEntry entry, Span<byte> destination, long offset = 0)
    {
        if (offset < 0 || destination.Length > entry.ByteLength - offset)
            throw new SafetensorsException(Name, entry.Name,
                $"has {entry.ByteLength} bytes; asked for {destination.Length} from {offset}.");
        stream.Position = dataStart + entry.Offset + offset;
        try
        {
            stream.ReadExactly(destination);
        }
        catch (EndOfStreamException)
        {
            throw new SafetensorsException(Name, entry.Name, "was cut off while the file was open.");
        }
    }

    /// <summary>The values of a tensor of type F32, F16 or BF16, row-major, as singles. Both conversions are exact.</summary>
    /// <exception cref="SafetensorsException">It is missing, of another type or beyond 2^31 - 1 bytes as singles.</exception>
    public float[] ReadSingles(string name)
    {
        var entry = this[name];
        var values = new float[Count(entry, sizeof(float))];
        switch (entry.Type)
        {
            case TensorType.F32:
                Read(entry, MemoryMarshal.AsBytes(values.AsSpan()));
                break;
            case TensorType.F16:
                var halves = new Half[values.Length];
                Read(entry, MemoryMarshal.AsBytes(halves.AsSpan()));
                for (var i = 0; i < halves.Length; i++) values[i] = (float)halves[i];
                break;
            case TensorType.BF16:
                var brains = new ushort[values.Length];
                Read(entry, MemoryMarshal.AsBytes(brains.AsSpan()));
                for (var i = 0; i < brains.Length; i++) values[i] = BitConverter.UInt32BitsToSingle((uint)brains[i] << 16);
                break;
            default:
                throw new SafetensorsException(Name, name, $"is {entry.Type}; F32, F16 or BF16 is needed.");
        }
        return values;
    }

    /// <summary>The values of a tensor of type I64, row-major.</summary>
    /// <exception cref="SafetensorsException">It is missing, of another type or beyond 2^31 - 1 bytes.</exception>
    public long[] ReadInt64(string name)
    {
        var entry = this[name];
        if (entry.Type != TensorType.I64) throw new SafetensorsException(Name, name, $"is {entry.Type}; I64 is needed.");
        var values = new long[Count(entry, sizeof(long))];
        Read(entry, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => stream.Dispose();

    byte[] ReadHeader()
    {
        if (!stream.CanSeek) throw new SafetensorsException(Name, "the stream cannot seek.");
        if (stream.Length < LengthPrefix)
            throw new SafetensorsException(Name, $"{stream.Length} bytes are too few for the header's length.");
        Span<byte> prefix = stackalloc byte[LengthPrefix];
        stream.Position = 0;
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxHeaderLength)
            throw new SafetensorsException(Name, $"the header claims {length} bytes; at most {MaxHeaderLength} are accepted.");
        // Compared with the file before anything is allocated: a lying prefix costs nothing.
        if ((long)length > stream.Length - LengthPrefix)
            throw new SafetensorsException(Name, $"the header claims {length} bytes, but only {stream.Length - LengthPrefix} follow.");
        var header = new byte[length];
        stream.ReadExactly(header);
        return header;
    }

    int Count(TensorEntry entry, int size)
    {
        var count = entry.ByteLength / entry.Type.Size();
        return count <= int.MaxValue / size
            ? (int)count
            : throw new SafetensorsException(Name, entry.Name, $"has {count} values, too many for one array; read it in parts.");
    }
}
