namespace Pipeline.CaptionMetrics;

/// <summary>A caption and the references of its picture, as words.</summary>
sealed record Described(string[] Candidate, IReadOnlyList<string[]> References);
