using static Pipeline.Captioner.KeptScalar;
using static TorchSharp.torch;

namespace Pipeline.Learning.UpdatePolicy;

/// <summary>Advantages without a value head: a caption is compared with the other captions of its picture in the step.</summary>
public static class GroupAdvantage
{
    /// <summary>
    /// REINFORCE leave-one-out: the return minus the mean return of the others (Ahmadian et al., "Back to basics", 2024, equation 9).
    /// Within a group the advantages sum to 0.
    /// </summary>
    /// <param name="returns">Each caption's return, [B].</param>
    /// <param name="groups">Which picture each caption describes, [B], int64; each group has at least two captions.</param>
    public static Tensor LeaveOneOut(Tensor returns, Tensor groups)
    {
        var (sums, counts) = Sum(returns, groups);
        return returns - (sums - returns) / (counts - Kept(1));
    }

    /// <summary>
    /// Group-relative: (return - mean) / (standard deviation + 1e-4) (Shao et al., "DeepSeekMath", 2024, section 4.1.2; the deviation with
    /// Bessel's correction and the epsilon are TRL's). A group of equal returns gives 0.
    /// </summary>
    /// <param name="returns">Each caption's return, [B].</param>
    /// <param name="groups">Which picture each caption describes, [B], int64; each group has at least two captions.</param>
    public static Tensor GroupRelative(Tensor returns, Tensor groups)
    {
        var (sums, counts) = Sum(returns, groups);
        var centred = returns - sums / counts;
        var variance = Sum(centred.square(), groups).Sums / (counts - Kept(1));
        return centred / (variance.sqrt() + Kept(1e-4));
    }

    /// <summary>
    /// Self-critical: the return minus that of the same picture's greedy caption (Rennie et al., "Self-critical sequence training for image
    /// captioning", 2017, equation 7).
    /// </summary>
    /// <param name="returns">Each caption's return, [B].</param>
    /// <param name="baselines">The return of each caption's baseline, [B].</param>
    public static Tensor SelfCritical(Tensor returns, Tensor baselines) => returns - baselines;

    /// <summary>Each caption's sum over its group and the group's size, both [B].</summary>
    static (Tensor Sums, Tensor Counts) Sum(Tensor values, Tensor groups)
    {
        var same = groups.unsqueeze(0).eq(groups.unsqueeze(1)).to_type(values.dtype);
        return (same.mv(values), same.sum(1));
    }
}
