namespace Pipeline.Captioner.Decoding;

/// <summary>A caption as the decoder wrote it.</summary>
/// <param name="TokenIds">Its tokens: the end token included when it was reached, the start token not.</param>
/// <param name="LogProbs">ln p of each token: under softmax(logits / temperature) when it was sampled, under softmax(logits)
/// otherwise.</param>
public sealed record GeneratedCaption(int[] TokenIds, float[] LogProbs);
