using TorchSharp;
using static Pipeline.Captioner.KeptScalar;
using static TorchSharp.torch;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>Parameters that share a learning rate.</summary>
/// <param name="Parameters">The parameters by name; leaves that require a gradient.</param>
/// <param name="LearningRate">Their learning rate.</param>
public sealed record ParameterGroup(IReadOnlyList<(string Name, Tensor Parameter)> Parameters, double LearningRate);

/// <summary>
/// AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019), operation by operation as torch.optim.AdamW. All values,
/// gradients and moments lie in one flat buffer each and the parameters become views of them: a step is a dozen operations however many
/// parameters there are, the gradient's norm is one, and the state can be written down exactly, which TorchSharp's optimiser does only in
/// its own format.
/// </summary>
public sealed class FlatAdamW : IDisposable
{
    readonly Tensor values, gradients, firstMoment, secondMoment;
    readonly List<(long Start, long Length, double LearningRate, double WeightDecay)> ranges = [];
    readonly List<(string Name, long Start, long[] Shape)> layout = [];
    readonly double beta1, beta2, epsilon;

    /// <summary>Takes over the parameters: from here on each is a view of one buffer, with its gradient allocated.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="weightDecay">Decoupled weight decay, 0 or more.</param>
    /// <param name="beta1">Decay of the first moment, 0 to 1.</param>
    /// <param name="beta2">Decay of the second moment, 0 to 1.</param>
    /// <param name="epsilon">Added to the root of the second moment.</param>
    /// <param name="decaysVectors">
    /// Whether weight decay acts on every parameter, as torch's does on a group; else only on those of two and more dimensions, so not on
    /// biases and layer norms.
    /// </param>
    public FlatAdamW(
        IReadOnlyList<ParameterGroup> groups, double weightDecay, double beta1, double beta2, double epsilon, bool decaysVectors = false)
    {
        (this.beta1, this.beta2, this.epsilon) = (beta1, beta2, epsilon);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();

        List<Tensor> parameters = [];
        var end = 0L;
        foreach (var group in groups)
        {
            foreach (var matrices in group.Parameters.GroupBy(p => p.Parameter.dim() >= 2).OrderByDescending(g => g.Key))
            {
                var start = end;
                foreach (var (name, parameter) in matrices)
                {
                    parameters.Add(parameter);
                    layout.Add((name, end, parameter.shape));
                    end += parameter.numel();
                }

                ranges.Add((start, end - start, group.LearningRate, matrices.Key || decaysVectors ? weightDecay : 0));
            }
        }

        values = cat([.. parameters.Select(p => p.detach().reshape(-1))]).DetachFromDisposeScope();
        gradients = zeros_like(values).DetachFromDisposeScope();
        firstMoment = zeros_like(values).DetachFromDisposeScope();
        secondMoment = zeros_like(values).DetachFromDisposeScope();
        foreach (var (parameter, (_, start, shape)) in parameters.Zip(layout))
        {
            parameter.set_(View(values, start, shape));
            parameter.grad = View(gradients, start, shape);
        }
    }

    /// <summary>Optimiser steps taken since the moments were 0.</summary>
    public long Steps { get; set; }

    /// <summary>
    /// Both moments of every parameter, as views by the parameter's name and torch's names for them (<c>exp_avg</c>,
    /// <c>exp_avg_sq</c>): read them to save the state, copy into them to restore it.
    /// </summary>
    public IEnumerable<(string Name, Tensor Moment)> Moments() => layout.SelectMany(p => new[]
    {
        ($"{p.Name}.exp_avg", View(firstMoment, p.Start, p.Shape)),
        ($"{p.Name}.exp_avg_sq", View(secondMoment, p.Start, p.Shape)),
    });

    /// <summary>Sets all gradients to 0.</summary>
    public void ZeroGrad() => gradients.zero_();

    /// <summary>One step along the accumulated gradients.</summary>
    /// <param name="maxGradNorm">The gradient is scaled down to this global norm first; 0 for no clipping.</param>
    /// <param name="learningRateFactor">Factor on every group's learning rate.</param>
    /// <returns>The gradient's norm before clipping.</returns>
    /// <exception cref="ArithmeticException">The gradient is not finite; nothing was changed.</exception>
    public double Step(double maxGradNorm, double learningRateFactor)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var norm = gradients.norm().ToDouble();
        if (!double.IsFinite(norm))
            throw new ArithmeticException($"The gradient's norm is {norm} at optimiser step {Steps + 1}.");
        if (maxGradNorm > 0 && norm > maxGradNorm)
            gradients.mul_(Kept(maxGradNorm / (norm + 1e-6)));

        Steps++;
        firstMoment.mul_(Kept(beta1)).add_(gradients, Kept(1 - beta1));
        secondMoment.mul_(Kept(beta2)).addcmul_(gradients, gradients, Kept(1 - beta2));
        var correction1 = 1 - Math.Pow(beta1, Steps);
        var correction2 = 1 - Math.Pow(beta2, Steps);
        var denominator = secondMoment.sqrt().div_(Kept(Math.Sqrt(correction2))).add_(Kept(epsilon));
        foreach (var (start, length, groupRate, weightDecay) in ranges)
        {
            var rate = groupRate * learningRateFactor;
            var range = values.narrow(0, start, length);
            if (weightDecay > 0)
                range.mul_(Kept(1 - rate * weightDecay));
            range.addcdiv_(firstMoment.narrow(0, start, length), denominator.narrow(0, start, length), Kept(-rate / correction1));
        }

        return norm;
    }

    /// <summary>Frees the gradients and moments; the parameters keep their values.</summary>
    public void Dispose()
    {
        values.Dispose();
        gradients.Dispose();
        firstMoment.Dispose();
        secondMoment.Dispose();
    }

    static Tensor View(Tensor flat, long start, long[] shape) => flat.narrow(0, start, shape.Aggregate(1L, (n, d) => n * d)).view(shape);
}
