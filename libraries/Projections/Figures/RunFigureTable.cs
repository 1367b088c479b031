using Pipeline.Contracts;

namespace Pipeline.Projections.Figures;

/// <summary>A run's figures, step by step: what its charts show. Arrays that belong together have one entry a step, in the order of the steps.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Names">The figures' names, such as <c>objective/kl</c> or <c>time/update</c> (milliseconds), in the order of <paramref name="Values"/>.</param>
/// <param name="Steps">The steps, counted from 1: step n made version n.</param>
/// <param name="Opened">When the step was opened.</param>
/// <param name="Made">When its version was made.</param>
/// <param name="Captions">How many captions the step learned from.</param>
/// <param name="Values">[figure][step]; NaN where the step's event has no such figure.</param>
/// <param name="Evaluations">The evaluations of these versions and of the one before the first, by version, split and mode.</param>
public sealed record RunFigureTable(
    Guid RunId, IReadOnlyList<string> Names, int[] Steps, DateTimeOffset[] Opened, DateTimeOffset[] Made, int[] Captions, double[][] Values,
    IReadOnlyList<EvaluationFigures> Evaluations)
{
    /// <summary>A figure's values, one a step; null when the run has no figure of that name.</summary>
    public double[]? Column(string name)
    {
        for (var i = 0; i < Names.Count; i++)
            if (Names[i] == name) return Values[i];
        return null;
    }
}

/// <summary>What an evaluation found.</summary>
/// <param name="Version">The version that was measured.</param>
/// <param name="Split">On which pictures.</param>
/// <param name="Mode">How captions were decoded.</param>
/// <param name="Made">When it was closed.</param>
/// <param name="Rewards">Each reward's mean, deviation and the means of its details.</param>
/// <param name="CaptionLength">Mean number of tokens.</param>
/// <param name="Metrics">Figures of the texts, such as <c>cider_d</c>; empty in events from before they were recorded.</param>
public sealed record EvaluationFigures(
    int Version, string Split, DecodingMode Mode, DateTimeOffset Made, IReadOnlyDictionary<string, RewardSummary> Rewards, double CaptionLength,
    IReadOnlyDictionary<string, double> Metrics);
