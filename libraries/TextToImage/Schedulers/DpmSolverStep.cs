namespace Pipeline.TextToImage.Schedulers;

/// <summary>The arithmetic of one step of DPM-Solver++.</summary>
static class DpmSolverStep
{
    /// <summary>The weights of signal and noise, in latents of unit variance, at a noise level.</summary>
    public static (double Signal, double Noise) Weights(double sigma)
    {
        var signal = 1 / Math.Sqrt(sigma * sigma + 1);
        return (signal, sigma * signal);
    }

    /// <summary>
    /// The next latents. With lambda = log(signal / noise) = -log(sigma) and h the change of lambda, exp(-h) - 1 weighs the latest
    /// prediction (order 1, DDIM's step); orders 2 and 3 add the divided differences of the predictions over lambda. Midpoint is
    /// DPM-Solver++(2M) of arxiv.org/abs/2211.01095; heun and order 3 weigh the differences with the exact integrals of
    /// arxiv.org/abs/2206.00927.
    /// </summary>
    /// <param name="clean">The predicted clean latents, the latest first; as many as the order, 1 to 3.</param>
    /// <param name="sigmas">The noise levels up to the one that the step ends at.</param>
    /// <param name="sample">The latents before the step.</param>
    /// <param name="type">How the second order is weighted.</param>
    public static double[] Solve(double[][] clean, ReadOnlySpan<double> sigmas, ReadOnlySpan<double> sample, SolverType type)
    {
        var (to, from) = (sigmas[^1], sigmas[^2]);
        if (to == from)
            return sample.ToArray();

        var (signal, noise) = Weights(to);
        var h = Math.Log(from / to);
        // exp(-h) - 1, exact also where the step ends without noise and h is infinite.
        var decay = to / from - 1;
        var keep = noise / Weights(from).Noise;
        var first = -signal * decay;
        var second = type == SolverType.Midpoint && clean.Length == 2 ? -0.5 * signal * decay : signal * (decay / h + 1);
        var third = -signal * ((decay + h) / (h * h) - 0.5);

        var r0 = clean.Length > 1 ? Math.Log(sigmas[^3] / from) / h : 0;
        var r1 = clean.Length > 2 ? Math.Log(sigmas[^4] / sigmas[^3]) / h : 0;
        var result = new double[sample.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = keep * sample[i] + first * clean[0][i];
            if (clean.Length == 1)
                continue;
            var slope = (clean[0][i] - clean[1][i]) / r0;
            if (clean.Length == 2)
            {
                result[i] += second * slope;
                continue;
            }

            var bend = (slope - (clean[1][i] - clean[2][i]) / r1) / (r0 + r1);
            result[i] += second * (slope + r0 * bend) + third * bend;
        }

        return result;
    }
}
