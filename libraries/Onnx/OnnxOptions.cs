using Microsoft.ML.OnnxRuntime;

namespace Pipeline.Onnx;

/// <summary>Where a model is computed.</summary>
public enum OnnxProvider
{
    /// <summary>On the CPU.</summary>
    Cpu,

    /// <summary>On a GPU of NVIDIA; needs a build with <c>-p:Accelerator=cuda</c>.</summary>
    Cuda,
}

/// <summary>How a model is computed.</summary>
public sealed record OnnxOptions
{
    /// <summary>
    /// Threads of one computation, at least 1. Sums are split among them, so another number may change last bits: 1 by default.
    /// </summary>
    public int Threads { get; init; } = 1;

    /// <summary>Where it is computed.</summary>
    public OnnxProvider Provider { get; init; } = OnnxProvider.Cpu;

    /// <summary>Which of several GPUs, from 0.</summary>
    public int Device { get; init; }

    /// <exception cref="OnnxException">There is no such provider in this build or on this machine.</exception>
    internal SessionOptions ForSession(string file)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
        var session = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = Threads,
            InterOpNumThreads = 1,
            // What goes wrong is thrown; it need not be on the console as well.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        // Threads that spin while they wait take the cores of the services beside this one.
        session.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (Provider == OnnxProvider.Cuda) UseCuda(session, file);
        return session;
    }

    void UseCuda(SessionOptions session, string file)
    {
        try
        {
            using var cuda = new OrtCUDAProviderOptions();
            // Single precision means single precision, and the algorithm of a convolution is not whichever was fastest this time.
            cuda.UpdateOptions(new Dictionary<string, string>
            {
                ["device_id"] = $"{Device}", ["use_tf32"] = "0", ["cudnn_conv_algo_search"] = "DEFAULT",
            });
            session.AppendExecutionProvider_CUDA(cuda);
        }
        catch (Exception problem) when (problem is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            session.Dispose();
            throw new OnnxException(
                file, $"cannot be computed on CUDA device {Device}, which needs a build with -p:Accelerator=cuda and a GPU", problem);
        }
    }
}
