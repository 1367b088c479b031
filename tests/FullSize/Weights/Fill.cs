namespace Pipeline.FullSize.Weights;

/// <summary>Which numbers untrained weights are.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation.</param>
public readonly record struct Fill(float Mean, float Deviation)
{
    /// <summary>Of norms.</summary>
    public static Fill Ones => new(1, 0);

    /// <summary>Of biases.</summary>
    public static Fill Zeros => new(0, 0);

    /// <summary>Of matrices and embeddings, as transformers initialises them.</summary>
    public static Fill Usual => new(0, 0.02f);

    /// <summary>Of maps that keep the variance of what they read, so that deep networks stay finite.</summary>
    /// <param name="inputs">Numbers that one output is a sum of.</param>
    /// <param name="gain">More than 1 where an activation follows that halves the variance.</param>
    public static Fill Keeping(int inputs, float gain = 1) => new(0, MathF.Sqrt(gain / inputs));

    /// <summary>By the name and the rank of a parameter, as transformers initialises it.</summary>
    public static Fill Of(string name, int rank) => name.EndsWith(".bias", StringComparison.Ordinal) ? Zeros : rank == 1 ? Ones : Usual;
}
