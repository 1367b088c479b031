using static Pipeline.Captioner.KeptScalar;
using static TorchSharp.torch;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>
/// Generalised advantage estimation (Schulman et al., "High-dimensional continuous control using GAE", 2016, equation 16).
/// </summary>
public static class GeneralizedAdvantage
{
    /// <summary>
    /// Each token's advantage, sum over l of (gamma lambda)^l delta[t+l] with delta[t] = reward[t] + gamma value[t+1] - value[t], and its
    /// return, advantage + value. The value after the last column is 0: a caption ends there.
    /// </summary>
    /// <param name="rewards">[B, T], 0 on padding, which stands on the right.</param>
    /// <param name="values">[B, T], 0 on padding.</param>
    /// <param name="gamma">Discount per token, 0 to 1.</param>
    /// <param name="lambda">0 (one-step, low variance) to 1 (the return minus the value, unbiased).</param>
    public static (Tensor Advantages, Tensor Returns) Estimate(Tensor rewards, Tensor values, double gamma, double lambda)
    {
        var length = rewards.size(1);
        var nextValues = cat([values[.., 1..], zeros_like(values[.., ..1])], 1);
        var deltas = rewards + nextValues * Kept(gamma) - values;

        var columns = new Tensor[length];
        columns[length - 1] = deltas.select(1, length - 1);
        for (var t = length - 2; t >= 0; t--)
            columns[t] = deltas.select(1, t) + columns[t + 1] * Kept(gamma * lambda);

        var advantages = stack(columns, 1);
        return (advantages, advantages + values);
    }
}
