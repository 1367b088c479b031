using Pipeline.Captioner.Checkpoints;
using Pipeline.Captioner.Networks;
using Pipeline.Captioner.Weights;
using Pipeline.Models;
using Pipeline.Models.Safetensors;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>What training goes on from, as files of a checkpoint under <c>trainer/</c>.</summary>
static class TrainerFiles
{
    const string ValueHeadPath = "trainer/value_head.safetensors";

    /// <summary>The files; they read the tensors when they are written.</summary>
    public static IEnumerable<CheckpointFile> Of(ValueHead? valueHead, FlatAdamW optimiser, TrainerState state)
    {
        if (valueHead is not null) yield return File(ValueHeadPath, Learning(valueHead.NamedParameters()));
        yield return File(PolicyTrainer.OptimiserPath, optimiser.Moments());
        yield return new(TrainerState.Path, state.Write);
    }

    /// <summary>Copies a checkpoint's weights and what training remembered into what learns.</summary>
    /// <param name="current">The checkpoint.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="valueHead">The value head, where there is one.</param>
    /// <param name="optimiser">The optimiser.</param>
    /// <param name="onlyPolicy">Whether only the weights are taken.</param>
    /// <exception cref="SafetensorsException">A tensor is missing or of a wrong shape; the message names it.</exception>
    public static void Restore(IModelFiles current, CaptionDecoder policy, ValueHead? valueHead, FlatAdamW optimiser, bool onlyPolicy)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Copy(current, "model.safetensors", Learning(policy.NamedParameters()));
        if (onlyPolicy) return;
        if (valueHead is not null) Copy(current, ValueHeadPath, Learning(valueHead.NamedParameters()));
        Copy(current, PolicyTrainer.OptimiserPath, optimiser.Moments());
    }

    /// <summary>Those of the parameters that learn.</summary>
    public static IReadOnlyList<(string Name, Tensor Parameter)> Learning(IEnumerable<(string Name, Parameter Parameter)> parameters) =>
        [.. parameters.Where(named => named.Parameter.requires_grad).Select(named => (named.Name, (Tensor)named.Parameter))];

    static CheckpointFile File(string path, IEnumerable<(string Name, Tensor Value)> tensors) => new(path, stream =>
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(stream, tensors.Select(named => TorchWeights.ToSource(named.Name, named.Value)));
    });

    static void Copy(IModelFiles from, string path, IEnumerable<(string Name, Tensor Value)> into)
    {
        using var file = SafetensorsFile.Open(from, path);
        foreach (var (name, value) in into)
        {
            var entry = file[name];
            if (!entry.Shape.SequenceEqual(value.shape))
                throw new SafetensorsException(
                    file.Name, name, $"has the shape {entry.ShapeText}; [{string.Join(", ", value.shape)}] is needed.");
            using var stored = file.ReadSinglesTensor(name);
            value.copy_(stored);
        }
    }
}
