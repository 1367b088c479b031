namespace Pipeline.Rewards;

/// <summary>
/// Says how good captions are. Implement it and register it with <see cref="RewardRegistration.AddCaptionReward"/>; queue, event store,
/// retries, redelivery and the guards around it are done for you.
/// </summary>
/// <remarks>
/// A reward is a function of its arguments: the same batch gives the same scores, bit for bit, however often it is asked and in whatever
/// order. A score may depend on what else is in the batch only in its last bits (sums in another grouping differ there): the batch is part
/// of the command that caused it, so it comes in the same grouping again. When it cannot score it throws; there is no score that means
/// "failed".
/// </remarks>
public interface ICaptionReward
{
    /// <summary>
    /// A fingerprint of whatever decides the scores, weights and configuration: it is stored beside each score. See
    /// <see cref="RewardFingerprint"/>.
    /// </summary>
    string Model { get; }

    /// <summary>Scores a micro-batch.</summary>
    /// <param name="batch">The captions, at least one.</param>
    /// <param name="cancellation">Cancelled when the time is up.</param>
    /// <returns>One score for each caption, in their order.</returns>
    Task<IReadOnlyList<RewardScore>> ScoreAsync(IReadOnlyList<CaptionToScore> batch, CancellationToken cancellation);
}

/// <summary>A caption to be scored.</summary>
/// <param name="CaptionId">The caption.</param>
/// <param name="Text">What it says; may be empty.</param>
/// <param name="PictureSha256">The picture that it describes, by the SHA-256 of its file.</param>
/// <param name="OpenPictureAsync">
/// Opens the picture's file for reading; its content was found to match its SHA-256. Dispose of the stream.
/// </param>
public sealed record CaptionToScore(
    Guid CaptionId, string Text, string PictureSha256, Func<CancellationToken, Task<Stream>> OpenPictureAsync);

/// <summary>A caption's score.</summary>
/// <param name="Score">Finite; larger is better.</param>
/// <param name="Samples">
/// The finite scores of single samples that <paramref name="Score"/> is the mean of; null when there is only one.
/// </param>
/// <param name="Details">Further finite figures by name, such as precision; null for none.</param>
public sealed record RewardScore(double Score, IReadOnlyList<double>? Samples = null, IReadOnlyDictionary<string, double>? Details = null);
