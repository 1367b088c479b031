namespace Pipeline.Rewards;

/// <summary>
/// Says how well pictures that were drawn from captions show what the originals show. Implement it and register it with
/// <see cref="RewardRegistration.AddPictureReward"/>; what <see cref="ICaptionReward"/> says of determinism, failures and what is done for
/// you holds here too, and so is the mean over the samples.
/// </summary>
public interface IPictureReward
{
    /// <summary>
    /// A fingerprint of whatever decides the scores, weights and configuration: it is stored beside each score. See
    /// <see cref="RewardFingerprint"/>.
    /// </summary>
    string Model { get; }

    /// <summary>Scores the drawings of a micro-batch.</summary>
    /// <param name="batch">The captions, at least one.</param>
    /// <param name="cancellation">Cancelled when the time is up.</param>
    /// <returns>For each caption, in their order, one finite score for each of its drawings, in their order; larger is better.</returns>
    Task<IReadOnlyList<IReadOnlyList<double>>> ScoreAsync(IReadOnlyList<DrawingsToScore> batch, CancellationToken cancellation);
}

/// <summary>A caption whose drawings are to be scored.</summary>
/// <param name="CaptionId">The caption.</param>
/// <param name="Text">What it says; may be empty.</param>
/// <param name="PictureSha256">The original: the picture that it describes, by the SHA-256 of its file.</param>
/// <param name="OpenPictureAsync">
/// Opens the original's file for reading; its content was found to match its SHA-256. Dispose of the stream.
/// </param>
/// <param name="Drawings">What was drawn from it, at least one, in the order of their samples.</param>
public sealed record DrawingsToScore(
    Guid CaptionId, string Text, string PictureSha256, Func<CancellationToken, Task<Stream>> OpenPictureAsync,
    IReadOnlyList<DrawingToScore> Drawings);

/// <summary>A picture that was drawn from a caption.</summary>
/// <param name="Sample">Which of the caption's pictures, from 0; numbers of invalid pictures are left out.</param>
/// <param name="Sha256">Its file (PNG), by the SHA-256.</param>
/// <param name="OpenAsync">Opens the file for reading; its content was found to match its SHA-256. Dispose of the stream.</param>
public sealed record DrawingToScore(int Sample, string Sha256, Func<CancellationToken, Task<Stream>> OpenAsync);
